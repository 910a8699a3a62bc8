package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.TickerByHand;
import dev.crossfade.time.Deadlines;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Until when a client has to take what is written. */
class ClientOutputTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Deadlines deadlines = new Deadlines();
  private final TickerByHand ticker = new TickerByHand();

  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
              output().writabilityChanged();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
              // What a reset takes with it fails.
              assertThat(cause).isInstanceOf(ClosedChannelException.class);
            }
          });

  private final ClientOutput output =
      new ClientOutput(channel.pipeline().firstContext(), deadlines, ticker, PATIENCE);

  private ClientOutput output() {
    return output;
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void write(int bytes) {
    output.write(Unpooled.buffer(bytes).writeZero(bytes));
  }

  /** The client's kernel takes the first that was written. */
  private void take() {
    ChannelOutboundBuffer written =
        Objects.requireNonNull(channel.unsafe().outboundBuffer(), "The channel is closed.");
    written.addFlush();
    written.remove();
  }

  private void passes(Duration time) {
    ticker.advance(time);
    deadlines.sweep(ticker.nanos());
  }

  /** More than may wait for a client, in two parts of which the second alone may. */
  private void writeTooMuch() {
    write(60_000);
    write(10_000);
    assertThat(output.writable()).isFalse();
  }

  @Test
  void whoTakesNothingOfTooMuchIsReset() {
    writeTooMuch();
    passes(PATIENCE.minusNanos(1));
    assertThat(channel.isOpen()).isTrue();
    passes(Duration.ofNanos(1));
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoTakesSomeIsGivenMoreTime() {
    writeTooMuch();
    write(60_000);
    take();
    assertThat(output.writable()).isFalse();
    passes(PATIENCE);
    assertThat(channel.isOpen()).isTrue();
    passes(PATIENCE);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoTakesEnoughIsNotWaitedFor() {
    writeTooMuch();
    take();
    assertThat(output.writable()).isTrue();
    passes(PATIENCE);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void theLastOfAllHasToBeTakenWhole() {
    writeTooMuch();
    output.awaitEnd();
    take();
    assertThat(output.writable()).isTrue();
    passes(PATIENCE);
    assertThat(channel.isOpen()).isTrue();
    passes(PATIENCE);
    assertThat(channel.isOpen()).isFalse();
  }
}
