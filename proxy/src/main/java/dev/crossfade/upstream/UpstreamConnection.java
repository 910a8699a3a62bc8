package dev.crossfade.upstream;

import dev.crossfade.net.HeldBytes;
import dev.crossfade.net.ReadSize;
import dev.crossfade.time.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an endpoint: in use by one {@link ConnectionUser}, or idle in the pool of its
 * event loop. Confined to that loop.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(UpstreamConnection.class);

  private final LoopPools pools;
  private final Endpoint endpoint;
  private final @Nullable ProxiedClient client;
  private final Deadline deadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          deadlinePassed();
        }
      };

  private @Nullable ChannelHandlerContext context;
  private @Nullable ConnectionUser user;
  private @Nullable ConnectionUser readBy;
  private long requests;
  private long writes;
  private boolean paused;
  private boolean broken;
  private boolean counted = true;
  private boolean encrypted;
  private boolean closeNotified;
  private long madeAt;

  // Where it is idle, and its neighbours there.
  @Nullable IdleConnections idleIn;
  @Nullable UpstreamConnection older;
  @Nullable UpstreamConnection newer;

  /**
   * @param endpoint that has counted it; it gives the count back when it is gone
   * @param client whom the PROXY protocol header of this connection names, null for nobody
   */
  UpstreamConnection(LoopPools pools, Endpoint endpoint, @Nullable ProxiedClient client) {
    this.pools = pools;
    this.endpoint = endpoint;
    this.client = client;
  }

  /** It is there, and encrypted where it is to be. */
  void made(long nowNanos) {
    madeAt = nowNanos;
    encrypted = context().pipeline().get(SslHandler.class) != null;
  }

  @Nullable ProxiedClient client() {
    return client;
  }

  long madeAt() {
    return madeAt;
  }

  long requests() {
    return requests;
  }

  SocketAddress remoteAddress() {
    return channel().remoteAddress();
  }

  /** Where it leads. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Whether it has carried a request before the present one. */
  public boolean reused() {
    return requests > 1;
  }

  /** Whether the origin takes more at present; what is written beyond is kept in memory. */
  public boolean writable() {
    return channel().isWritable();
  }

  /**
   * Writes without flushing.
   *
   * @param bytes released when written
   */
  public void write(ByteBuf bytes) {
    writes++;
    ChannelHandlerContext to = context();
    to.write(HeldBytes.behind(to.channel(), bytes), to.voidPromise());
  }

  /** Flushes what was written. */
  public void flush() {
    context().flush();
  }

  /** Reads no more until {@link #resume}. */
  public void pause() {
    if (!paused) {
      paused = true;
      channel().config().setAutoRead(false);
    }
  }

  /** Reads again. */
  public void resume() {
    if (paused) {
      paused = false;
      channel().config().setAutoRead(true);
    }
  }

  /**
   * The origin has to send something by then. While it is {@linkplain #pause not read} nothing is
   * expected of it, though TLS may still bring some of what had been read before.
   *
   * @param nanos by the ticker of the pools
   */
  public void expectBy(long nanos) {
    if (!paused) {
      deadline.set(broken ? pools.lastWordsBy() : nanos);
    }
  }

  /** Nothing is expected of the origin at present. */
  public void expectNothing() {
    deadline.clear();
  }

  /** Bodies of about that many bytes come here, so that reads can be as large. */
  public void expectBytes(long bytes) {
    if (channel().config().getRecvByteBufAllocator() instanceof ReadSize size) {
      size.expect(bytes);
    }
  }

  /** Closes our output, behind what has been written; the origin may still send. */
  public void closeOutput() {
    // Netty drops what is not written yet when an output is shut down.
    context()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              SslHandler tls = context().pipeline().get(SslHandler.class);
              if (tls != null) {
                tls.closeOutbound();
              } else if (channel() instanceof DuplexChannel duplex && duplex.isActive()) {
                duplex.shutdownOutput();
              }
            });
  }

  /** Gives the connection back for another request. The last request must have ended cleanly. */
  public void release() {
    user = null;
    deadline.clear();
    resume();
    pools.keep(this);
  }

  /** Closes it; what was written and not flushed is lost. */
  public void abandon() {
    user = null;
    deadline.clear();
    channel().close();
  }

  /** Closes it behind what has been written, which the origin has half a minute to take. */
  public void finish() {
    user = null;
    deadline.set(pools.finishedBy());
    context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> channel().close());
  }

  void use(ConnectionUser next) {
    user = next;
    requests++;
    writes = 0;
  }

  void idleUntil(long nanos) {
    deadline.set(nanos);
  }

  boolean active() {
    return context != null && !broken && channel().isActive();
  }

  private void deadlinePassed() {
    ConnectionUser current = user;
    if (current == null) {
      closeIdle();
    } else if (broken) {
      current.ended(true);
    } else {
      current.timedOut();
    }
  }

  /** Out of the pool first: closing takes its time, and nobody may be given it meanwhile. */
  private void closeIdle() {
    pools.forget(this);
    channel().close();
  }

  private Channel channel() {
    return context().channel();
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext present = context;
    if (present == null) {
      throw new IllegalStateException("The connection is not there yet.");
    }
    return present;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    pools.deadlines().add(deadline);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ConnectionUser current = user;
    if (current == null) {
      // Nothing was asked: what comes is no answer to anybody, so the connection can't be trusted.
      ReferenceCountUtil.release(message);
      closeIdle();
    } else if (reused() && isRequestStillHere()) {
      // Nor is it to a request that has not gone out: the request before has had its answer. It may
      // be a second one, or a 408 to nobody (RFC 9110 §15.5.9).
      ReferenceCountUtil.release(message);
      end(true);
      ctx.close();
    } else {
      readBy = current;
      current.received((ByteBuf) message);
    }
  }

  /**
   * Whether the socket has surely taken nothing of the request. Of one with a body so far, and
   * under TLS, nobody can say.
   */
  private boolean isRequestStillHere() {
    ChannelOutboundBuffer output = channel().unsafe().outboundBuffer();
    return writes == 1
        && !encrypted
        && output != null
        && output.totalPendingWriteBytes() > 0
        && output.currentProgress() == 0;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // With what was read the request may have ended, and the connection may have no user any more.
    ConnectionUser reader = readBy;
    if (reader != null) {
      readBy = null;
      reader.receivedAll();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ConnectionUser current = user;
    if (current != null) {
      current.writabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      end(isCutOff());
    } else if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
      closeNotified = true;
      end(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(isCutOff());
  }

  /** RFC 9112 §9.8: under TLS, an end that nobody has announced may be an attacker's. */
  private boolean isCutOff() {
    return encrypted && !closeNotified;
  }

  /** Comes also for a connection that was never made, unlike {@link #channelInactive}. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    pools.deadlines().remove(deadline);
    gone();
  }

  /** Gives back its count, once. */
  void gone() {
    if (counted) {
      counted = false;
      pools.connectionGone(endpoint);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    // What TLS complains of comes wrapped.
    Throwable cause = failure instanceof DecoderException ? failure.getCause() : failure;
    broken = true;
    if (cause instanceof IOException && user != null && writes > 1) {
      // A part of the request's body could not be written. The origin may have answered before it
      // stopped reading, and what it sent is still to be read, for a moment.
      deadline.set(pools.lastWordsBy());
      return;
    }
    if (!(cause instanceof IOException)) {
      log.error("A connection to endpoint {} failed and is closed", endpoint, cause);
    }
    end(true);
    ctx.close();
  }

  private void end(boolean inDisorder) {
    pools.forget(this);
    ConnectionUser current = user;
    if (current == null) {
      channel().close();
    } else {
      current.ended(inDisorder || broken);
    }
  }
}
