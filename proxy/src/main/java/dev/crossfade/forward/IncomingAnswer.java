package dev.crossfade.forward;

import dev.crossfade.http.ChunkScanner;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.TrailerSection;
import dev.crossfade.http.Verb;
import dev.crossfade.net.HeldBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it comes in from the origin: where its head ends, and where its body (RFC 9112
 * §6.3). Knows the framing and nothing of what the answer is for. Used again for the next answer;
 * confined to one event loop.
 */
final class IncomingAnswer {
  /** Most of a head fits; only where it does not, more is copied. */
  private static final int FIRST_LOOK = 2 * 1024;

  private final ChunkScanner chunks = new ChunkScanner(ChunkScanner.BadTrailers.DROPPED);

  private @Nullable ByteBuf partialHead;
  private ResponseHead.Body body = ResponseHead.Body.NONE;
  private long remaining;
  private boolean complete;
  private boolean clean;

  // ---- the head ---------------------------------------------------------------------------------

  /**
   * What has come in of the head so far.
   *
   * @param bytes taken over
   * @return to be released by the caller
   */
  ByteBuf gather(ByteBuf bytes, ByteBufAllocator allocator) {
    ByteBuf before = partialHead;
    if (before == null) {
      return bytes;
    }
    partialHead = null;
    return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, bytes);
  }

  /** Looks for a head in what was gathered; the result is that of {@link ResponseHead#scan}. */
  static int scan(LoopForwarding loop, ByteBuf all, Verb verb) {
    int readable = Math.min(all.readableBytes(), LoopForwarding.MAX_ANSWER_HEAD);
    int look = Math.min(readable, FIRST_LOOK);
    byte[] b = loop.answerBytes(look);
    all.getBytes(all.readerIndex(), b, 0, look);
    int end = loop.answer.scan(b, 0, look, verb);
    if (end == ResponseHead.INCOMPLETE && look < readable) {
      b = loop.answerBytes(readable);
      all.getBytes(all.readerIndex(), b, 0, readable);
      end = loop.answer.scan(b, 0, readable, verb);
    }
    return end;
  }

  /**
   * Keeps the beginning of a head until more of it comes.
   *
   * @param all taken over
   * @return false if it is too large already
   */
  boolean keep(ByteBuf all, ByteBufAllocator allocator) {
    if (all.readableBytes() >= LoopForwarding.MAX_ANSWER_HEAD) {
      all.release();
      return false;
    }
    if (all.isReadable()) {
      partialHead = HeldBytes.of(all, allocator);
    } else {
      all.release();
    }
    return true;
  }

  // ---- the body ---------------------------------------------------------------------------------

  /** The head was found: its body begins. */
  void begin(ResponseHead head) {
    body = head.body();
    remaining = head.contentLength();
    clean = head.persistent();
    complete = body == ResponseHead.Body.NONE;
    if (body == ResponseHead.Body.CHUNKED) {
      chunks.reset(head.fields().hopFields());
    }
  }

  /**
   * Cuts the buffer off behind the last byte that belongs to this answer: what an origin sends
   * beyond is no answer to anybody, and its connection is not used again. Trailers that must not be
   * there are taken out, too.
   *
   * @param from where the body goes on in it
   */
  void bound(ByteBuf bytes, int from) {
    int end = advance(bytes, from, null);
    if (end < bytes.writerIndex()) {
      clean = false;
      bytes.writerIndex(end);
    }
    if (body == ResponseHead.Body.CHUNKED) {
      chunks.filterTrailers(bytes);
    }
  }

  /**
   * Takes the chunks' framing off.
   *
   * @param to is handed what is data; the buffer stays the caller's
   */
  void unchunk(ByteBuf bytes, ChunkScanner.DataRun to) {
    int end = advance(bytes, bytes.readerIndex(), to);
    clean &= end == bytes.writerIndex();
  }

  /** The trailers that may go on, of a body that is complete; null if there are none. */
  @Nullable TrailerSection trailers() {
    return chunks.trailers();
  }

  private int advance(ByteBuf bytes, int from, ChunkScanner.@Nullable DataRun data) {
    int to = bytes.writerIndex();
    switch (body) {
      case LENGTH -> {
        int length = (int) Math.min(remaining, to - from);
        remaining -= length;
        complete = remaining == 0;
        return from + length;
      }
      case CHUNKED -> {
        int end = chunks.scan(bytes, from, to, data);
        complete = chunks.done();
        return end;
      }
      case UNTIL_CLOSE -> {
        return to;
      }
      default -> {
        return from;
      }
    }
  }

  /** Whether its chunks are malformed, so that nobody can say where it ends. */
  boolean malformed() {
    return body == ResponseHead.Body.CHUNKED && chunks.problem() != null;
  }

  /** Whether the size of another chunk is what comes next. */
  boolean betweenChunks() {
    return body == ResponseHead.Body.CHUNKED && chunks.betweenChunks();
  }

  /** Whether all of it has come. */
  boolean complete() {
    return complete;
  }

  /** Whether it ends with the connection. */
  boolean untilClose() {
    return body == ResponseHead.Body.UNTIL_CLOSE;
  }

  /** Whether another answer may follow on the same connection: nothing came beyond this one. */
  boolean clean() {
    return clean;
  }

  /** Gives back what is held. */
  void release() {
    if (partialHead != null) {
      partialHead.release();
      partialHead = null;
    }
  }
}
