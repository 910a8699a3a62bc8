package dev.crossfade.forward;

import dev.crossfade.http.CookieScan;
import dev.crossfade.http.RequestHead;
import dev.crossfade.jmh.Shop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Writing a request's head for the upstream. In this package, since that is nobody else's. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RewriteBenchmark {
  private final RequestHead head = Shop.scanned(Shop.requestOf(Shop.splitter()));
  private final CookieScan cookies = Shop.cookies(head);
  private final ByteBuf out = Unpooled.directBuffer(head.end() + RequestRewrite.ADDED);
  private final RequestRewrite rewrite = new RequestRewrite();
  private final ClientFacts client =
      ClientFacts.of(Shop.client(), "127.0.0.1", false, false, "127.0.0.1:8080", 8080);

  /** Into a buffer that is there: an event loop takes one from its own pool. */
  @Benchmark
  public int rewriteRequest() {
    out.clear();
    rewrite.write(head, client, null, cookies, false, null, out);
    return out.readableBytes();
  }
}
