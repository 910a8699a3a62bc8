package dev.crossfade.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

class ReadSizeTest {
  private final ReadSize size = new ReadSize();
  private final RecvByteBufAllocator.ExtendedHandle handle = size.newHandle();

  private int capacity() {
    ByteBuf buffer = handle.allocate(UnpooledByteBufAllocator.DEFAULT);
    try {
      assertThat(handle.guess()).isEqualTo(buffer.capacity());
      return buffer.capacity();
    } finally {
      buffer.release();
    }
  }

  @Test
  void followsWhatIsExpectedAtOnce() {
    assertThat(capacity()).isEqualTo(ReadSize.DEFAULT);
    size.expect(ReadSize.DEFAULT + 1);
    assertThat(capacity()).isEqualTo(ReadSize.LARGE);
    size.expect(Long.MAX_VALUE);
    assertThat(capacity()).isEqualTo(ReadSize.LARGE);
    size.expect(ReadSize.DEFAULT);
    assertThat(capacity()).isEqualTo(ReadSize.DEFAULT);
    size.expect(0);
    assertThat(capacity()).isEqualTo(ReadSize.DEFAULT);
  }
}
