package dev.crossfade.accesslog;

import dev.crossfade.accesslog.AccessLogSettings.Format;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.Method;
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
  private final Page page = page();

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
  private record Page(
      RequestText text,
      Side side,
      Reason reason,
      int bucket,
      long revision,
      String upstream,
      Method method,
      int status,
      long bytesSent,
      long durationNanos,
      long upstreamNanos)
      implements ExchangeOutcome {}

  private static Page page() {
    RequestText text = new RequestText();
    say(text, Part.CLIENT, "203.0.113.77");
    say(text, Part.METHOD, "GET");
    say(text, Part.PATH, "/shop/category/shoes");
    say(text, Part.PROTOCOL, "HTTP/1.1");
    say(text, Part.HOST, "www.shop.example");
    say(text, Part.REFERER, "https://www.shop.example/shop/category/shoes");
    say(
        text,
        Part.USER_AGENT,
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
            + " Chrome/126.0.0.0 Safari/537.36");
    return new Page(
        text,
        Side.NEW,
        Reason.BUCKET,
        1234,
        7,
        "127.0.0.1:8082",
        Method.GET,
        200,
        1024,
        12_345_678,
        11_987_654);
  }

  private static void say(RequestText text, Part part, String said) {
    byte[] bytes = said.getBytes(StandardCharsets.US_ASCII);
    text.keep(part, bytes, 0, bytes.length);
  }
}
