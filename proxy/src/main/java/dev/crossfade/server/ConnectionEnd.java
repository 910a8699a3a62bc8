package dev.crossfade.server;

import dev.crossfade.time.Deadline;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The end of a client's connection, in HTTP/1 and in HTTP/2: behind all that has been written to
 * it. Belongs to one connection and is confined to its event loop.
 *
 * <p>To linger is to close the output and to read on until the client has closed too (RFC 9112
 * §9.6): closing at once would reset the connection if anything is still coming in, and take what
 * was written last with it.
 */
final class ConnectionEnd {
  /** How long a client that has all we wrote may be silent, and how long it may go on sending. */
  private static final long SILENT_NANOS = 2_000_000_000L;

  private static final long WHOLE_NANOS = 30_000_000_000L;

  private final Deadlines deadlines;
  private final Ticker ticker;
  private final Deadline deadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          ClientOutput output = lingering;
          if (output != null) {
            close(output);
          }
        }
      };

  private @Nullable ClientOutput lingering;
  private boolean taken;
  private long until;
  private boolean closing;

  ConnectionEnd(Deadlines deadlines, Ticker ticker) {
    this.deadlines = deadlines;
    this.ticker = ticker;
  }

  /**
   * Lingers; what still comes in is to be handed to {@link #discard}. Does nothing if the end has
   * begun already.
   */
  void linger(ClientOutput output) {
    if (lingering != null || closing) {
      return;
    }
    lingering = output;
    deadlines.add(deadline);
    output.awaitEnd();
    output.behindAll(
        () -> {
          output.taken();
          taken = true;
          until = ticker.nanos() + WHOLE_NANOS;
          beSilent();
          output.shutDown();
        });
  }

  /**
   * What comes in behind our last word. As long as the client has not taken that, its writes are
   * timed and not its reads.
   *
   * @param bytes released
   */
  void discard(ByteBuf bytes) {
    bytes.release();
    if (taken && !closing) {
      beSilent();
    }
  }

  private void beSilent() {
    long now = ticker.nanos();
    deadline.set(now + Math.min(SILENT_NANOS, until - now));
  }

  /** Closes behind all that has been written; does nothing if the end has been asked for. */
  void close(ClientOutput output) {
    if (begins(output)) {
      output.closeBehindAll();
    }
  }

  /** The same, but {@linkplain ClientOutput#reset by a reset}. */
  void cut(ClientOutput output) {
    if (begins(output)) {
      output.resetBehindAll();
    }
  }

  private boolean begins(ClientOutput output) {
    if (closing) {
      return false;
    }
    closing = true;
    deadline.clear();
    output.awaitEnd();
    return true;
  }

  /** The connection is gone. */
  void gone() {
    closing = true;
    deadlines.remove(deadline);
  }
}
