package dev.crossfade.forward;

import dev.crossfade.forward.ForwardSettings.Trace;
import dev.crossfade.http.RequestHead;
import dev.crossfade.jmh.Shop;
import dev.crossfade.telemetry.RequestText;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What is kept of a head for the access log, and a trace that begins. In this package, since both
 * are nobody else's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TranscriptBenchmark {
  private static final Trace MAKE = new Trace(true, 10_000);

  private final RequestHead head = Shop.scanned(Shop.requestOf(Shop.splitter()));
  private final ClientFacts client =
      ClientFacts.of(Shop.client(), "127.0.0.1", false, false, "127.0.0.1:8080", 8080);
  private final TraceContext trace = new TraceContext();
  private final RequestText text = new RequestText();

  @Benchmark
  public int keepText() {
    trace.read(head, Trace.OFF, true);
    Transcript.of(head, client, client.address(), trace, null, Shop.settings().upgrade(), text);
    return text.end(RequestText.Part.USER_AGENT);
  }

  @Benchmark
  public int makeTrace() {
    trace.read(head, MAKE, false);
    return trace.idStart();
  }
}
