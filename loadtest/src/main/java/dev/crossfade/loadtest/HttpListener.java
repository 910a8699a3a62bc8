package dev.crossfade.loadtest;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A port of loopback on which HTTP/1 is served. */
public final class HttpListener implements AutoCloseable {
  private final Channel listener;

  private HttpListener(Channel listener) {
    this.listener = listener;
  }

  /**
   * Listens.
   *
   * @param port 0 for a free one
   * @param handlers adds to each connection's pipeline what comes behind the codec
   * @throws IOException if that port is taken
   */
  public static HttpListener start(
      EventLoopGroup loops, int port, Consumer<ChannelPipeline> handlers) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    handlers.accept(ch.pipeline().addLast(new HttpServerCodec()));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "Nobody can listen on port %d of loopback: %s"
              .formatted(port, bound.cause().getMessage()),
          bound.cause());
    }
    return new HttpListener(bound.channel());
  }

  /** Where it listens. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Accepts no more; connections go on. */
  @Override
  public void close() {
    listener.close().syncUninterruptibly();
  }
}
