package dev.crossfade.server;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a client that has closed its output is sent ahead of the rest of its answer, to learn
 * whether it is still there. It may be waiting (RFC 9112 §9.6) or have closed the whole connection:
 * it has sent the same in both cases (RFC 9293 §3.6), and only data makes one that is gone reset
 * the connection. So it gets a byte of what comes next anyway: each head begins with the version,
 * and the size of a chunk may begin with a zero (RFC 9112 §4 and §7.1).
 *
 * <p>What comes next within a chunk, or in a body that has none, nobody knows. A client that has
 * been sent anything since it closed its output, and has not reset the connection, waits. One that
 * closes in mid-answer and has been sent nothing since is taken for gone after a while: who means
 * to wait has no reason to close then.
 *
 * <p>Belongs to one connection and is confined to its event loop.
 */
final class SentAhead {
  /** How long the client waits before it is sent the first byte; twice as long for each other. */
  static final long FIRST_NANOS = 100_000_000L;

  /**
   * How long nothing may come in mid-answer until a client that can't be asked is taken for gone.
   */
  private static final long SILENT_NANOS = 1_000_000_000L;

  /** There is nothing to be sent now. */
  static final int NOTHING = -1;

  private static final byte[] HEAD = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

  private int ofHead;
  private long pause;
  private long due;
  private boolean asked;
  private boolean zero;
  private long ended;
  private boolean sent;

  /** The client has closed its output. */
  void inputEnds(long now) {
    ended = now;
    sent = false;
    begin(now);
  }

  /** From now on the client waits for an answer. */
  void begin(long now) {
    pause = FIRST_NANOS;
    due = now + pause;
  }

  /** The next byte of the head that is waited for, or {@link #NOTHING}. */
  int ofHead(long now) {
    if (now - due < 0 || ofHead == HEAD.length) {
      return NOTHING;
    }
    pause *= 2;
    due = now + pause;
    sent = true;
    return HEAD[ofHead++];
  }

  /**
   * Takes off what the client has already.
   *
   * @param next what it is sent next: a head, or at least its version, if anything was sent of one
   */
  void takeOff(ByteBuf next) {
    sent = true;
    if (ofHead > 0) {
      next.skipBytes(ofHead);
      ofHead = 0;
    }
  }

  /** A body begins. */
  void beginBody() {
    asked = false;
  }

  /**
   * The first digit of the size of the chunk that is waited for, or {@link #NOTHING}: once in a
   * body, since the digits of a size are limited by who reads them.
   */
  int ofChunk() {
    if (asked) {
      return NOTHING;
    }
    asked = true;
    zero = true;
    sent = true;
    return '0';
  }

  /**
   * Whether a client that can't be asked now has been sent nothing for too long since it closed.
   */
  boolean isSilent(long now) {
    return !sent && now - ended >= SILENT_NANOS;
  }

  /** What was waited for is there. */
  void goesOn() {
    zero = false;
  }

  /** Whether a zero is the last that the client was sent. */
  boolean zero() {
    return zero;
  }
}
