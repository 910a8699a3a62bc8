package dev.crossfade.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Reads no more of a channel that is to be closed. Where a read is under way by then, Netty 4.2.18
 * waits for it with io_uring; if it brings something, Netty asks to be told of more, and then
 * closes without taking that back. A socket of which somebody waits for more is not closed by the
 * kernel: the peer would see no end of it until it says something itself. Stands before the
 * handlers of one channel.
 */
final class NoReadBehindClose extends ChannelOutboundHandlerAdapter {
  private boolean closing;

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    closing = true;
    ctx.channel().config().setAutoRead(false);
    ctx.close(promise);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!closing) {
      ctx.read();
    }
  }
}
