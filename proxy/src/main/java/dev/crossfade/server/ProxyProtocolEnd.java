package dev.crossfade.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Consumer;

/**
 * Takes the PROXY protocol header that Netty's decoder has read, and makes room for HTTP. A
 * connection without a valid header is closed by the decoder's exception.
 */
final class ProxyProtocolEnd extends ChannelInboundHandlerAdapter {
  private final Consumer<SocketAddress> next;

  ProxyProtocolEnd(Consumer<SocketAddress> next) {
    this.next = next;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HAProxyMessage header)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      next.accept(client(ctx, header));
      ctx.pipeline().remove(this);
    } finally {
      ReferenceCountUtil.release(header);
    }
  }

  /** LOCAL and UNKNOWN say nothing of a client: health checks of the load balancer in front. */
  private static SocketAddress client(ChannelHandlerContext ctx, HAProxyMessage header) {
    HAProxyProxiedProtocol protocol = header.proxiedProtocol();
    boolean named =
        protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
    String source = header.sourceAddress();
    return named && source != null
        ? new InetSocketAddress(source, header.sourcePort())
        : ctx.channel().remoteAddress();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
