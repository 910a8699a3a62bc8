package dev.crossfade.jmh;

import dev.crossfade.http.ChunkScanner;
import dev.crossfade.http.HopFields;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.Verb;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading HTTP: heads and chunks as they come in. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScanBenchmark {
  private static final int MAX_ANSWER_FIELDS = 256;

  private final byte[] request = Shop.requestOf(Shop.splitter());
  private final byte[] response = Shop.response();
  private final RequestHead requestHead = new RequestHead(Shop.MAX_LINE, Shop.MAX_FIELDS);
  private final ResponseHead responseHead = new ResponseHead(MAX_ANSWER_FIELDS);
  private final ChunkScanner chunks = new ChunkScanner(ChunkScanner.BadTrailers.REFUSED);
  private final ByteBuf chunked = fourChunks();

  private static ByteBuf fourChunks() {
    String chunk = "1000\r\n" + "x".repeat(0x1000) + "\r\n";
    byte[] body = (chunk.repeat(4) + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    return Unpooled.directBuffer(body.length).writeBytes(body);
  }

  @Benchmark
  public int requestHead() {
    return requestHead.scan(request, 0, request.length);
  }

  @Benchmark
  public int responseHead() {
    return responseHead.scan(response, 0, response.length, Verb.GET);
  }

  /** A body of four chunks of 4 KiB, the data passed over. */
  @Benchmark
  public int chunkedBody() {
    chunks.reset(HopFields.NONE);
    return chunks.scan(chunked, chunked.readerIndex(), chunked.writerIndex(), null);
  }
}
