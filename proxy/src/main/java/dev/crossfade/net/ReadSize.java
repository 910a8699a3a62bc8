package dev.crossfade.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * How large a buffer each read gets: {@value #DEFAULT} bytes, which takes most requests and answers
 * in one read, and more while a body that is known to be large comes in. One for each channel,
 * confined to its event loop.
 */
public final class ReadSize extends DefaultMaxMessagesRecvByteBufAllocator {
  /** For heads and small bodies. */
  public static final int DEFAULT = 32 * 1024;

  /** For large bodies. */
  public static final int LARGE = 128 * 1024;

  private int size = DEFAULT;

  /** The next reads will bring about that many bytes. */
  public void expect(long bytes) {
    size = bytes > DEFAULT ? LARGE : DEFAULT;
  }

  @Override
  public ExtendedHandle newHandle() {
    return new Sized();
  }

  private final class Sized extends MaxMessageHandle {
    @Override
    public int guess() {
      return size;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.ioBuffer(size);
    }
  }
}
