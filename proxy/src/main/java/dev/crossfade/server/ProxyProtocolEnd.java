package dev.crossfade.server;

import dev.crossfade.time.Deadline;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the PROXY protocol header that Netty's decoder has read, and makes room for HTTP. A
 * connection without a valid header is closed by the decoder's exception, one whose header does not
 * come in time by the deadline.
 */
final class ProxyProtocolEnd extends ChannelInboundHandlerAdapter {
  private final LoopServing loop;
  private final Duration timeout;
  private final Consumer<SocketAddress> next;
  private @Nullable Deadline deadline;

  /**
   * @param timeout from the connection to the end of its header
   * @param next is told who the client is
   */
  ProxyProtocolEnd(LoopServing loop, Duration timeout, Consumer<SocketAddress> next) {
    this.loop = loop;
    this.timeout = timeout;
    this.next = next;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    Deadline header =
        new Deadline() {
          @Override
          protected void passed(long now) {
            ctx.close();
          }
        };
    deadline = header;
    loop.deadlines.add(header);
    header.set(loop.ticker.nanos() + timeout.toNanos());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (deadline != null) {
      loop.deadlines.remove(deadline);
    }
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
