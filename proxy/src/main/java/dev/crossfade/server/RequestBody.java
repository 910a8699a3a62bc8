package dev.crossfade.server;

import dev.crossfade.http.ChunkScanner;
import dev.crossfade.http.HeadProblem;
import dev.crossfade.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as it comes in from the client in HTTP/1: where it ends (RFC 9112 §6.3), and how
 * much of it has come. Used again for the next request; confined to one event loop.
 */
final class RequestBody {
  /** How much of it is read on after the answer, to keep the connection. */
  private static final long MAX_DRAINED = 1024 * 1024;

  private final ChunkScanner chunks = new ChunkScanner(ChunkScanner.BadTrailers.REFUSED);
  private final ChunkScanner.DataRun content = this::count;

  private boolean chunked;
  private long remaining;
  private long length;
  private long drained;

  /** The head was read. */
  void begin(RequestHead head) {
    chunked = head.chunked();
    remaining = Math.max(0, head.contentLength());
    length = 0;
    drained = 0;
    if (chunked) {
      chunks.reset(head.fields().hopFields());
    }
  }

  /**
   * Follows it through what has come in, whose indices stay as they are.
   *
   * @return how many bytes belong to it, framing included
   */
  int advance(ByteBuf in) {
    if (chunked) {
      return chunks.scan(in, in.readerIndex(), in.writerIndex(), content) - in.readerIndex();
    }
    int some = (int) Math.min(remaining, in.readableBytes());
    remaining -= some;
    length += some;
    return some;
  }

  /**
   * Takes out the trailers that Connection has named, which go no further.
   *
   * @param bytes what was followed last; taken over
   */
  ByteBuf filtered(ByteBuf bytes, ByteBufAllocator allocator) {
    if (!chunked || chunks.heldBack() == 0) {
      return bytes;
    }
    // What stands behind them in the same memory may be the next request.
    ByteBuf copy = allocator.directBuffer(bytes.readableBytes()).writeBytes(bytes);
    bytes.release();
    chunks.filterTrailers(copy);
    return copy;
  }

  private void count(ByteBuf buffer, int from, int to) {
    length += to - from;
  }

  /** Why it is refused, null if it is not. */
  @Nullable HeadProblem problem() {
    return chunked ? chunks.problem() : null;
  }

  /** Whether all of it has come. */
  boolean complete() {
    return chunked ? chunks.done() : remaining == 0;
  }

  /** How much has come of what it holds, framing left out. */
  long length() {
    return length;
  }

  /** How much it holds at least, by what has been said of it. */
  long announced() {
    return length + (chunked ? chunks.remaining() : remaining);
  }

  /** Whether what is known to be left of it is worth reading on for the next request's sake. */
  boolean mayDrain() {
    return remaining <= MAX_DRAINED;
  }

  /**
   * Counts bytes that nobody wants any more.
   *
   * @return whether that may go on
   */
  boolean drain(int bytes) {
    drained += bytes;
    return drained <= MAX_DRAINED;
  }
}
