package dev.crossfade.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What channels of one loop write goes out behind all that was ready, and nothing is lost. */
class FlushTogetherTest {
  private final List<String> out = new ArrayList<>();
  private final EmbeddedChannel one = channel("one");
  private final EmbeddedChannel other = channel("other");

  /** Where the socket would be. */
  private final class Wire extends ChannelOutboundHandlerAdapter {
    private final String name;
    private Runnable atFlush = () -> {};

    Wire(String name) {
      this.name = name;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      out.add(name + " flushed");
      ctx.flush();
      atFlush.run();
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      out.add(name + " closed");
      ctx.close(promise);
    }
  }

  private EmbeddedChannel channel(String name) {
    return new EmbeddedChannel(new Wire(name), new FlushTogether());
  }

  private static void atFlush(EmbeddedChannel channel, Runnable action) {
    channel.pipeline().get(Wire.class).atFlush = action;
  }

  @AfterEach
  void nothingIsLeft() {
    one.finishAndReleaseAll();
    other.finishAndReleaseAll();
  }

  @Test
  void flushesWaitForWhatTheLoopHasToDo() {
    write(one, "a");
    one.pipeline().flush();
    write(other, "b");
    other.pipeline().flush();
    assertThat(out).isEmpty();
    endOfRound();
    assertThat(out).containsExactly("one flushed", "other flushed");
    assertThat(read(one)).isEqualTo("a");
    assertThat(read(other)).isEqualTo("b");
  }

  @Test
  void oneFlushIsEnoughForARound() {
    write(one, "a");
    write(one, "b");
    one.pipeline().flush();
    one.pipeline().flush();
    endOfRound();
    assertThat(out).containsExactly("one flushed");
    assertThat(read(one)).isEqualTo("a");
    assertThat(read(one)).isEqualTo("b");
  }

  @Test
  void theNextRoundFlushesAgain() {
    one.pipeline().flush();
    endOfRound();
    one.pipeline().flush();
    endOfRound();
    assertThat(out).containsExactly("one flushed", "one flushed");
  }

  @Test
  void muchIsNotKeptBack() {
    one.pipeline().write(Unpooled.wrappedBuffer(new byte[FlushTogether.MUCH_BYTES]));
    one.pipeline().flush();
    assertThat(out).containsExactly("one flushed");
  }

  @Test
  void whatAFlushMakesRoomForGoesOutInTheSameRound() {
    atFlush(
        one,
        () -> {
          write(other, "more");
          other.pipeline().flush();
        });
    one.pipeline().flush();
    endOfRound();
    assertThat(read(other)).isEqualTo("more");
  }

  @Test
  void whatWasFlushedGoesOutBeforeTheEnd() {
    write(one, "last");
    one.pipeline().flush();
    one.pipeline().close();
    assertThat(out).containsExactly("one flushed", "one closed");
    assertThat(read(one)).isEqualTo("last");
  }

  @Test
  void whatWasNotFlushedIsLostAtTheEnd() {
    write(one, "lost");
    one.pipeline().close();
    assertThat(out).containsExactly("one closed");
    assertThat(read(one)).isNull();
  }

  @Test
  void oneThatIsClosedMeanwhileHoldsUpNobody() {
    one.pipeline().flush();
    write(other, "b");
    other.pipeline().flush();
    one.pipeline().close();
    endOfRound();
    assertThat(out).containsExactlyInAnyOrder("one flushed", "one closed", "other flushed");
  }

  private void endOfRound() {
    one.runPendingTasks();
    other.runPendingTasks();
  }

  private static void write(EmbeddedChannel channel, String text) {
    channel.pipeline().write(Unpooled.copiedBuffer(text, US_ASCII));
  }

  private static String read(EmbeddedChannel channel) {
    ByteBuf bytes = channel.readOutbound();
    if (bytes == null) {
      return null;
    }
    try {
      return bytes.toString(US_ASCII);
    } finally {
      bytes.release();
    }
  }
}
