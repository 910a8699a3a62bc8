package dev.crossfade.accesslog;

import dev.crossfade.accesslog.AccessLogSettings.Format;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.Method;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import dev.crossfade.time.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a line costs the event loop: made and put into the queue, from which the writing thread
 * takes it at the same time. In this package, since the loop's end is nobody else's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AccessLogBenchmark {
  private final AccessLog off = log(null, Format.JSON);
  private final AccessLog json = log(Path.of("/dev/null"), Format.JSON);
  private final AccessLog combined = log(Path.of("/dev/null"), Format.COMBINED);
  private final ExchangeObserver offLoop = off.forLoop();
  private final ExchangeObserver jsonLoop = json.forLoop();
  private final ExchangeObserver combinedLoop = combined.forLoop();
  private final Page page = new Page();

  private static AccessLog log(@Nullable Path file, Format format) {
    AccessLogSettings settings =
        new AccessLogSettings(file, format, AccessLogSettings.ALL, true, false, 1 << 20);
    try {
      return AccessLog.open(settings, InstantSource.system(), Ticker.system());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @TearDown
  public void close() {
    off.close();
    json.close();
    combined.close();
  }

  @Benchmark
  public boolean logOff() {
    return offLoop.wantsText();
  }

  @Benchmark
  public boolean logJson() {
    boolean wanted = jsonLoop.wantsText();
    jsonLoop.onExchange(page);
    return wanted;
  }

  @Benchmark
  public boolean logCombined() {
    boolean wanted = combinedLoop.wantsText();
    combinedLoop.onExchange(page);
    return wanted;
  }

  /** A page of the shop, served by new. */
  private static final class Page implements ExchangeOutcome {
    private final RequestText text = new RequestText();

    Page() {
      say(Part.CLIENT, "203.0.113.77");
      say(Part.METHOD, "GET");
      say(Part.PATH, "/shop/category/shoes");
      say(Part.PROTOCOL, "HTTP/1.1");
      say(Part.HOST, "www.shop.example");
      say(Part.REFERER, "https://www.shop.example/shop/category/shoes");
      say(
          Part.USER_AGENT,
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
              + " Chrome/126.0.0.0 Safari/537.36");
    }

    private void say(Part part, String said) {
      byte[] bytes = said.getBytes(StandardCharsets.US_ASCII);
      text.keep(part, bytes, 0, bytes.length);
    }

    @Override
    public RequestText text() {
      return text;
    }

    @Override
    public Side side() {
      return Side.NEW;
    }

    @Override
    public Reason reason() {
      return Reason.BUCKET;
    }

    @Override
    public int bucket() {
      return 1234;
    }

    @Override
    public long revision() {
      return 7;
    }

    @Override
    public String upstream() {
      return "127.0.0.1:8082";
    }

    @Override
    public Method method() {
      return Method.GET;
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public long bytesSent() {
      return 1024;
    }

    @Override
    public long durationNanos() {
      return 12_345_678;
    }

    @Override
    public long upstreamNanos() {
      return 11_987_654;
    }

    @Override
    public boolean retried() {
      return false;
    }

    @Override
    public boolean firstAssignment() {
      return false;
    }

    @Override
    public @Nullable Side movedFrom() {
      return null;
    }

    @Override
    public @Nullable RejectCause rejected() {
      return null;
    }
  }
}
