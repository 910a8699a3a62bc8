package dev.crossfade.server;

import dev.crossfade.forward.ExtraFields;
import dev.crossfade.forward.OwnAnswer;
import dev.crossfade.forward.ProxyFailure;
import dev.crossfade.time.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * The end of a connection for which there is no room: answers 503 unasked, and lets go as soon as
 * the client has had a chance to read that (RFC 9112 §9.6), without ever reading a request.
 */
final class TurnedAway extends ChannelInboundHandlerAdapter {
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final LoopServing loop;
  private boolean told;

  TurnedAway(LoopServing loop) {
    this.loop = loop;
  }

  private static final class Patience extends Deadline {
    private final ChannelHandlerContext context;

    Patience(ChannelHandlerContext context) {
      this.context = context;
    }

    @Override
    protected void passed(long now) {
      context.close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    Patience patience = new Patience(ctx);
    loop.deadlines.add(patience);
    patience.set(loop.ticker.nanos() + PATIENCE_NANOS);
    ctx.channel().closeFuture().addListener(f -> loop.deadlines.remove(patience));
    if (ctx.channel().isActive()) {
      tell(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    tell(ctx);
  }

  private void tell(ChannelHandlerContext ctx) {
    if (told) {
      return;
    }
    told = true;
    OwnAnswer answer = loop.forwarding.answerTo(ProxyFailure.CAPACITY, null, null);
    ByteBuf bytes =
        loop.writer.own(
            answer, new ExtraFields(), AnswerWriter.Persistence.CLOSE, true, ctx.alloc());
    ctx.writeAndFlush(bytes)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (written.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
                    duplex.shutdownOutput();
                  }
                });
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
