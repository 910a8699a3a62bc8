package dev.crossfade.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;

/** Bytes that have to be kept until more come, or until somebody takes them. */
public final class HeldBytes {
  /** A buffer that is used to less than a quarter is not worth being held. */
  private static final int WASTE = 4;

  private static final int LEAST = 256;

  private HeldBytes() {}

  /**
   * Bytes that are about to be written to a channel: held, if others wait there already. What waits
   * is bounded by its length, not by the buffers it lies in.
   *
   * @param bytes taken over
   */
  public static ByteBuf behind(Channel channel, ByteBuf bytes) {
    boolean othersWait =
        channel.bytesBeforeUnwritable() < channel.config().getWriteBufferHighWaterMark();
    return othersWait ? of(bytes, channel.alloc()) : bytes;
  }

  /**
   * The same bytes in a buffer of their size, where theirs is much larger: buffers are made for
   * whole reads, and whoever sends a byte at a time must not hold one of that size for each.
   *
   * @param bytes taken over
   */
  public static ByteBuf of(ByteBuf bytes, ByteBufAllocator allocator) {
    int length = bytes.readableBytes();
    int occupied = occupied(bytes);
    if (occupied <= LEAST || occupied / WASTE < length) {
      return bytes;
    }
    ByteBuf small = allocator.directBuffer(Math.max(length, LEAST)).writeBytes(bytes);
    bytes.release();
    return small;
  }

  /** A slice, of a chunk or a frame, holds all of the buffer that it is a part of. */
  private static int occupied(ByteBuf bytes) {
    ByteBuf whole = bytes;
    for (ByteBuf inner = whole.unwrap(); inner != null; inner = whole.unwrap()) {
      whole = inner;
    }
    return whole.capacity();
  }
}
