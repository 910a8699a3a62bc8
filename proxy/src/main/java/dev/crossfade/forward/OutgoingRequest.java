package dev.crossfade.forward;

import dev.crossfade.net.HeldBytes;
import dev.crossfade.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to the origin: its head as long as that may have to be sent again, and what
 * came of its body before there was a connection to send it on. Owns these buffers. Used again for
 * the next request; confined to one event loop.
 */
final class OutgoingRequest {
  private @Nullable ByteBuf head;
  private @Nullable Queue<ByteBuf> held;
  private boolean unflushed;

  /**
   * The head to be sent.
   *
   * @param rewritten taken over
   */
  void head(ByteBuf rewritten) {
    head = rewritten;
  }

  /**
   * Keeps a piece of the body until there is a connection.
   *
   * @param bytes taken over
   */
  void hold(ByteBuf bytes, ByteBufAllocator allocator) {
    if (held == null) {
      held = new ArrayDeque<>(4);
    }
    held.add(HeldBytes.of(bytes, allocator));
  }

  /**
   * Writes the head and what waits of the body.
   *
   * @param repeatable whether the head is kept, since the origin may be closing this connection at
   *     this moment
   */
  void sendOn(UpstreamConnection to, boolean repeatable) {
    ByteBuf sent = Objects.requireNonNull(head);
    if (repeatable) {
      sent.retain();
    } else {
      head = null;
    }
    to.write(sent);
    if (held != null) {
      for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
        to.write(bytes);
      }
    }
    unflushed = true;
  }

  /**
   * Writes more of the body.
   *
   * @param bytes taken over
   */
  void sendOn(UpstreamConnection to, ByteBuf bytes) {
    to.write(bytes);
    unflushed = true;
  }

  /** Whether something was written since the last time this was asked. */
  boolean flushes() {
    boolean flushes = unflushed;
    unflushed = false;
    return flushes;
  }

  /** Whether all that has gone out is kept, and can go out once more. */
  boolean repeatable() {
    return head != null;
  }

  /** Makes ready to send the head again: a copy, since a write may still hold what went out. */
  void repeat(ByteBufAllocator allocator) {
    ByteBuf sent = Objects.requireNonNull(head);
    ByteBuf copy = allocator.directBuffer(sent.writerIndex());
    head = copy.writeBytes(sent, 0, sent.writerIndex());
    sent.release();
  }

  /** The origin has begun to answer: the head is never sent again. */
  void taken() {
    ByteBuf unsent = head;
    if (unsent != null) {
      head = null;
      unsent.release();
    }
  }

  /** Gives back all that is held. */
  void release() {
    taken();
    if (held != null) {
      for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
        bytes.release();
      }
    }
    unflushed = false;
  }
}
