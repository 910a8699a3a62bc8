package dev.crossfade.upstream;

import dev.crossfade.net.ReadSize;
import dev.crossfade.net.Transport;
import dev.crossfade.plan.ProxyHeader;
import dev.crossfade.plan.Tls;
import dev.crossfade.time.Ticker;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to endpoints: to one of the addresses of its name after the other, with the
 * PROXY protocol header in front and TLS around, where configured. Safe from any thread.
 */
final class Connector {
  /** Addresses of one name that are tried for one connection. */
  private static final int ATTEMPTS = 4;

  /** Is told what came of it, on the connection's event loop. */
  interface Result<H extends ChannelHandler> {
    /** The connection is there, encrypted where it is to be. */
    void reached(Channel channel, H handler);

    /** None of the addresses can be reached. */
    void failed(Throwable cause);
  }

  private final Transport transport;
  private final Duration timeout;
  private final Ticker ticker;

  Connector(Transport transport, Duration timeout, Ticker ticker) {
    this.transport = transport;
    this.timeout = timeout;
    this.ticker = ticker;
  }

  /**
   * Connects.
   *
   * @param client whom the PROXY protocol header names, null for nobody
   * @param made makes a fresh handler for each attempt
   */
  <H extends ChannelHandler> void connect(
      EventLoop loop,
      Endpoint endpoint,
      Prepared side,
      @Nullable ProxiedClient client,
      Supplier<H> made,
      Result<H> result) {
    Whereabouts where = endpoint.whereabouts();
    if (where == null) {
      loop.execute(
          () -> result.failed(new UnknownHostException(endpoint.address() + " is not known")));
    } else {
      new Attempts<>(loop, endpoint, side, client, made, result, where).next();
    }
  }

  private final class Attempts<H extends ChannelHandler> {
    private final EventLoop loop;
    private final Endpoint endpoint;
    private final Prepared side;
    private final @Nullable ProxiedClient client;
    private final Supplier<H> made;
    private final Result<H> result;
    private final Whereabouts where;
    private int left;

    Attempts(
        EventLoop loop,
        Endpoint endpoint,
        Prepared side,
        @Nullable ProxiedClient client,
        Supplier<H> made,
        Result<H> result,
        Whereabouts where) {
      this.loop = loop;
      this.endpoint = endpoint;
      this.side = side;
      this.client = client;
      this.made = made;
      this.result = result;
      this.where = where;
      this.left = Math.min(ATTEMPTS, where.size());
    }

    void next() {
      left--;
      int at = where.next(ticker.nanos());
      H handler = made.get();
      bootstrap(loop, endpoint)
          .handler(pipeline(handler))
          .connect(where.get(at))
          .addListener(done -> connected((ChannelFuture) done, handler, at));
    }

    private ChannelHandler pipeline(H handler) {
      SslContext context = side.tls();
      Tls tls = side.spec().tls();
      return new ChannelInitializer<>() {
        @Override
        protected void initChannel(Channel channel) {
          ChannelPipeline pipeline = channel.pipeline();
          transport.prepare(pipeline);
          if (context != null && tls != null) {
            pipeline.addLast(
                UpstreamTls.handler(context, tls, endpoint.address(), channel, timeout));
          }
          pipeline.addLast(handler);
        }
      };
    }

    private void connected(ChannelFuture attempt, H handler, int at) {
      Channel channel = attempt.channel();
      if (attempt.cause() != null) {
        failed(attempt.cause(), at);
        return;
      }
      if (side.spec().proxyHeader() != ProxyHeader.OFF) {
        ProxyHeaderOut.write(channel, side.spec().proxyHeader(), client);
      }
      SslHandler tls = channel.pipeline().get(SslHandler.class);
      if (tls == null) {
        reached(channel, handler, at);
        return;
      }
      tls.handshakeFuture()
          .addListener(
              shaken -> {
                if (shaken.isSuccess()) {
                  reached(channel, handler, at);
                } else {
                  channel.close();
                  failed(shaken.cause(), at);
                }
              });
    }

    private void reached(Channel channel, H handler, int at) {
      where.worked(at);
      result.reached(channel, handler);
    }

    private void failed(Throwable cause, int at) {
      where.failed(at, ticker.nanos());
      if (left > 0) {
        next();
      } else {
        result.failed(cause);
      }
    }
  }

  private Bootstrap bootstrap(EventLoop loop, Endpoint endpoint) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.channelTo(endpoint.address()))
            .resolver(NoopAddressResolverGroup.INSTANCE)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new ReadSize())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UpstreamPools.WATER_MARK)
            // A write that fails must not take along an answer that has come but is not read.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis());
    if (transport.halfCloses(endpoint.address())) {
      bootstrap.option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    if (!endpoint.address().isUnix()) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
    }
    return bootstrap;
  }
}
