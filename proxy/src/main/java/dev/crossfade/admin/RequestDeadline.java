package dev.crossfade.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that hold their place without using it: a request must be whole within some
 * seconds of its first byte, however steadily it drips, and a connection without a request is kept
 * for a minute. While a request is being answered there is no deadline.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing can't fail
final class RequestDeadline extends ChannelInboundHandlerAdapter {
  private static final long REQUEST_SECONDS = 10;
  private static final long IDLE_SECONDS = 60;
  private static final long LAST_SECONDS = 1;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> deadline;
  private boolean awaiting = true;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    closeIn(ctx, REQUEST_SECONDS);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    if (awaiting) {
      awaiting = false;
      closeIn(ctx, REQUEST_SECONDS);
    }
    ctx.fireChannelRead(bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancel();
    ctx.fireChannelInactive();
  }

  /** The request is whole. */
  void requestDone() {
    cancel();
  }

  /** Whether a request is being answered. */
  boolean requestIsWhole() {
    return deadline == null;
  }

  /**
   * The answer is on its way; the next request may come.
   *
   * @param inputEnded whether only one that was sent already can
   */
  void awaitRequest(boolean inputEnded) {
    ChannelHandlerContext ctx = context;
    if (ctx != null && ctx.channel().isActive()) {
      awaiting = true;
      closeIn(ctx, inputEnded ? LAST_SECONDS : IDLE_SECONDS);
    }
  }

  private void closeIn(ChannelHandlerContext ctx, long seconds) {
    cancel();
    deadline = ctx.executor().schedule(() -> ctx.close(), seconds, TimeUnit.SECONDS);
  }

  private void cancel() {
    Future<?> pending = deadline;
    if (pending != null) {
      pending.cancel(false);
      deadline = null;
    }
  }
}
