package dev.crossfade.server;

import dev.crossfade.net.HeldBytes;
import dev.crossfade.time.Deadline;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * What is written to a client, and until when the client has to take some of it. Belongs to one
 * connection and is confined to its event loop.
 */
final class ClientOutput {
  private final ChannelHandlerContext context;
  private final Deadlines deadlines;
  private final Ticker ticker;
  private final long patience;
  private final Deadline deadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          tooSlow();
        }
      };

  private boolean unflushed;
  private boolean ending;
  private long unwrittenBefore;

  /**
   * @param patience how long the client may take nothing of what is written
   */
  ClientOutput(
      ChannelHandlerContext context, Deadlines deadlines, Ticker ticker, Duration patience) {
    this.context = context;
    this.deadlines = deadlines;
    this.ticker = ticker;
    this.patience = patience.toNanos();
    deadlines.add(deadline);
  }

  /** Where the connection's handler stands in its pipeline. */
  ChannelHandlerContext context() {
    return context;
  }

  /** The connection is gone. */
  void gone() {
    deadlines.remove(deadline);
  }

  /**
   * Writes without flushing.
   *
   * @param bytes released when written
   */
  void write(ByteBuf bytes) {
    unwrittenBefore += bytes.readableBytes();
    context.write(HeldBytes.behind(context.channel(), bytes), context.voidPromise());
    unflushed = true;
  }

  /** Flushes what was written. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      context.flush();
    }
  }

  /** Whether the client takes more at present. */
  boolean writable() {
    return context.channel().isWritable();
  }

  /** {@link #writable} has become true or false: from the latter on the client is waited for. */
  void writabilityChanged() {
    if (!writable()) {
      await();
    } else if (!ending) {
      taken();
    }
  }

  /** From here on the client has to take all that is written. */
  void awaitEnd() {
    ending = true;
    await();
  }

  /** The client has to take what is written, or its connection is closed. */
  void await() {
    unwrittenBefore = unwritten();
    deadline.set(ticker.nanos() + patience);
  }

  /** The client is waited for no longer. */
  void taken() {
    deadline.clear();
  }

  /**
   * Does something behind all that has been written: Netty drops what is not written yet when an
   * output is shut down or a channel closed.
   */
  void behindAll(Runnable action) {
    unflushed = false;
    context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> action.run());
  }

  /** Closes the connection behind all that has been written, as long as anything can be. */
  void closeBehindAll() {
    if (ended()) {
      closeWithoutAlert();
    } else {
      behindAll(context::close);
    }
  }

  /** {@linkplain #reset Resets} the connection behind all that has been written. */
  void resetBehindAll() {
    behindAll(this::reset);
  }

  /**
   * Ends the connection at once, and so that nobody can take that for the end of an answer: by a
   * reset, and without the alert by which TLS says that all has been sent (RFC 9112 §9.8).
   */
  void reset() {
    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    closeWithoutAlert();
  }

  private void closeWithoutAlert() {
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    (tls == null ? context : tls).close();
  }

  /** Whether the output can be closed by itself: not under TLS. */
  boolean halfCloses() {
    return context.pipeline().get(SslHandler.class) == null;
  }

  /**
   * Whether nothing can be written any more, for TLS has ended: with version 1.2 it ends both ways
   * when the client ends it (RFC 5246 §7.2.1), with 1.3 only if the client says so (RFC 8446 §6.1).
   */
  boolean ended() {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    return tls != null && tls.engine().isOutboundDone();
  }

  /** Closes the output at once; the client may still send. */
  void shutDown() {
    if (context.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
      duplex.shutdownOutput();
    }
  }

  /** A client that has taken anything meanwhile is slow, but not gone. */
  private void tooSlow() {
    if (unwritten() < unwrittenBefore) {
      await();
    } else {
      reset();
    }
  }

  /** Bytes that the kernel has not taken yet. */
  long unwritten() {
    Channel channel = context.channel();
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending == null ? 0 : pending.totalPendingWriteBytes() - pending.currentProgress();
  }
}
