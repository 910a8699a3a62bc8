package dev.crossfade.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class HeldBytesTest {
  private static final int READ = 32 * 1024;

  private static ByteBuf read(int length) {
    return PooledByteBufAllocator.DEFAULT.directBuffer(READ).writeZero(length).setByte(0, 'x');
  }

  @Test
  void aFewBytesOfALargeReadAreHeldInABufferOfTheirSize() {
    ByteBuf bytes = read(200);
    ByteBuf held = HeldBytes.of(bytes, PooledByteBufAllocator.DEFAULT);
    assertThat(bytes.refCnt()).isZero();
    assertThat(held.capacity()).isLessThanOrEqualTo(256);
    assertThat(held.readableBytes()).isEqualTo(200);
    assertThat(held.getByte(held.readerIndex())).isEqualTo((byte) 'x');
    held.release();
  }

  @Test
  void aReadThatIsWellUsedIsHeldAsItIs() {
    ByteBuf bytes = read(READ / 2);
    assertThat(HeldBytes.of(bytes, PooledByteBufAllocator.DEFAULT)).isSameAs(bytes);
    bytes.release();
  }

  @Test
  void aSliceCountsAsAllThatItHolds() {
    ByteBuf bytes = read(READ);
    ByteBuf held = HeldBytes.of(bytes.readRetainedSlice(200), PooledByteBufAllocator.DEFAULT);
    bytes.release();
    assertThat(bytes.refCnt()).isZero();
    assertThat(held.readableBytes()).isEqualTo(200);
    held.release();
  }

  @Test
  void onlyWhatHasToWaitBehindOthersIsCopied() {
    EmbeddedChannel channel = new EmbeddedChannel();
    ByteBuf first = read(200);
    assertThat(HeldBytes.behind(channel, first)).isSameAs(first);
    channel.write(first);
    ByteBuf second = HeldBytes.behind(channel, read(200));
    assertThat(second.capacity()).isLessThanOrEqualTo(256);
    second.release();
    channel.finishAndReleaseAll();
  }
}
