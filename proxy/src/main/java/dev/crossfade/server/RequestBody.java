package dev.crossfade.server;

import dev.crossfade.http.ChunkScanner;
import dev.crossfade.http.HeadProblem;
import dev.crossfade.http.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as it comes in from the client: where it ends (RFC 9112 §6.3), how much of it
 * has come, and how long the client was waited for. Used again for the next request; confined to
 * one event loop.
 */
final class RequestBody {
  /** How much of it is read on after the answer, to keep the connection. */
  private static final long MAX_DRAINED = 1024 * 1024;

  /** What it may take in any case; each second's worth of bytes at the least rate adds one. */
  private static final long GRACE_SECONDS = 20;

  private final ServerSettings.Timeouts timeouts;
  private final ChunkScanner chunks = new ChunkScanner(ChunkScanner.BadTrailers.REFUSED);
  private final ChunkScanner.DataRun content = this::count;

  private boolean chunked;
  private long remaining;
  private long length;
  private long drained;
  private boolean awaitsContinue;
  private long waited;
  private long waitingSince;

  RequestBody(ServerSettings.Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  /** The head was read; what the client is waited for begins with {@link #waitFrom}. */
  void begin(RequestHead head) {
    chunked = head.chunked();
    remaining = Math.max(0, head.contentLength());
    length = 0;
    drained = 0;
    waited = 0;
    awaitsContinue = head.expectContinue() && head.hasBody();
    if (chunked) {
      chunks.reset();
    }
  }

  // ---- its bytes --------------------------------------------------------------------------------

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

  // ---- its time ---------------------------------------------------------------------------------

  /** Whether the client waits for 100 (Continue) before it sends anything of it. */
  boolean awaitsContinue() {
    return awaitsContinue;
  }

  /** The client has been told to go on, or has begun without being told. */
  void goesOn() {
    awaitsContinue = false;
  }

  /** From now on it is the client that is waited for. */
  void waitFrom(long now) {
    waitingSince = now;
  }

  /** Until now it was. Only such time counts: not while nothing is read, nor before 100. */
  void waitedUntil(long now) {
    if (!awaitsContinue) {
      waited += now - waitingSince;
    }
    waitingSince = now;
  }

  /** Until when the next bytes have to be there, by themselves and by the rate of the whole. */
  long due() {
    long wait = timeouts.body().toNanos();
    if (timeouts.bodyRate() > 0) {
      long seconds = GRACE_SECONDS + length / timeouts.bodyRate();
      wait = Math.min(wait, TimeUnit.SECONDS.toNanos(seconds) - waited);
    }
    return waitingSince + wait;
  }
}
