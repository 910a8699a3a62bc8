package dev.crossfade.server;

import dev.crossfade.forward.ClientFacts;
import dev.crossfade.forward.LoopForwarding;
import dev.crossfade.forward.TrustedProxies;
import dev.crossfade.net.Address;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.ServerTls;
import dev.crossfade.net.Transport;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.LoopPools;
import dev.crossfade.upstream.UpstreamPools;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners and their connections. Starts by {@link #listen}, ends by {@link #drain} and {@link
 * #close}; all three are called by one thread.
 */
public final class ProxyServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);

  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(200);
  private static final int BACKLOG = 4096;

  /**
   * Grows with what a client sends. Thousands of slow clients must not hold a large buffer each,
   * and io_uring takes one for every connection that is ready, before it reads from the first.
   */
  private static final AdaptiveRecvByteBufAllocator READ_SIZE =
      new AdaptiveRecvByteBufAllocator(1024, 4096, 64 * 1024);

  private final Transport transport;
  private final ServerSettings settings;
  private final Supplier<TrustedProxies> trusted;
  private final ExchangeObserver observer;
  private final IdentityHashMap<EventLoop, LoopServing> loops = new IdentityHashMap<>();
  private final Drain drain = new Drain();
  private final ConnectionLimits connectionLimits;
  private final List<Channel> listeners = new ArrayList<>();
  private final List<Path> sockets = new ArrayList<>();

  /**
   * A server on the transport's event loops.
   *
   * @param forwarding makes what one loop needs to forward requests; called once for each loop
   */
  public ProxyServer(
      Transport transport,
      ServerSettings settings,
      UpstreamPools upstreams,
      Function<LoopPools, LoopForwarding> forwarding,
      Supplier<TrustedProxies> trusted,
      ExchangeObserver observer,
      Ticker ticker,
      InstantSource clock) {
    this.transport = transport;
    this.settings = settings;
    this.trusted = trusted;
    this.observer = observer;
    this.connectionLimits = new ConnectionLimits(settings.limits());
    for (EventExecutor executor : transport.group()) {
      EventLoop loop = (EventLoop) executor;
      Deadlines deadlines = new Deadlines();
      LoopForwarding forwardingOfLoop = forwarding.apply(upstreams.forLoop(loop, deadlines));
      loops.put(loop, new LoopServing(forwardingOfLoop, deadlines, settings.limits(), clock));
      loop.scheduleAtFixedRate(
          () -> sweep(deadlines, forwardingOfLoop, ticker),
          SWEEP_INTERVAL.toMillis(),
          SWEEP_INTERVAL.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  /** Never throws: a task that does is not run again, and no timeout of its loop would pass. */
  private static void sweep(Deadlines deadlines, LoopForwarding forwarding, Ticker ticker) {
    try {
      deadlines.sweep(ticker.nanos());
      forwarding.refresh();
    } catch (RuntimeException e) {
      log.error("A sweep of deadlines failed", e);
    }
  }

  /**
   * Opens all listeners, or none.
   *
   * @return their addresses as they were bound, in order
   * @throws BindException if an address is in use or not to be had, naming it
   */
  public List<String> listen() throws IOException {
    List<String> bound = new ArrayList<>();
    try {
      for (ListenerSettings listener : settings.listeners()) {
        bound.add(listen(listener));
      }
    } catch (IOException | RuntimeException e) {
      closeListeners();
      throw e;
    }
    return bound;
  }

  private String listen(ListenerSettings listener) throws IOException {
    Address address = Address.parse(listener.address());
    ListenerSettings.Tls tls = listener.tls();
    SslContext tlsContext = tls == null ? null : ServerTls.context(tls);
    SocketAddress socketAddress = transport.socketAddress(address);
    if (address.path() != null) {
      UnixSockets.clear(Path.of(address.path()));
    }
    ChannelFuture bind =
        bootstrap(address, listener, tlsContext).bind(socketAddress).awaitUninterruptibly();
    Throwable cause = bind.cause();
    if (cause != null) {
      BindException refused =
          new BindException("Can't listen on " + address + ": " + cause.getMessage());
      refused.initCause(cause);
      throw refused;
    }
    listeners.add(bind.channel());
    if (address.path() != null) {
      sockets.add(Path.of(address.path()));
      return address.toString();
    }
    InetSocketAddress local = (InetSocketAddress) bind.channel().localAddress();
    return new Address(address.host(), local.getPort(), null).toString();
  }

  private ServerBootstrap bootstrap(
      Address address, ListenerSettings listener, @Nullable SslContext tls) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.group())
            .channel(transport.serverChannelFor(address))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UpstreamPools.WATER_MARK)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, READ_SIZE)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, listener.proxyProtocol(), tls);
                  }
                });
    if (transport.halfCloses(address)) {
      bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    if (!address.isUnix()) {
      bootstrap
          .option(ChannelOption.SO_REUSEADDR, true)
          .childOption(ChannelOption.TCP_NODELAY, true)
          .childOption(ChannelOption.SO_KEEPALIVE, true);
    }
    return bootstrap;
  }

  private void accept(Channel channel, boolean proxyProtocol, @Nullable SslContext tls) {
    if (!connectionLimits.admit(channel)) {
      turnAway(channel, proxyProtocol || tls != null);
    } else if (proxyProtocol) {
      channel
          .pipeline()
          .addLast(
              new HAProxyMessageDecoder(),
              new ProxyProtocolEnd(
                  loopOf(channel),
                  settings.timeouts().head(),
                  client -> serve(channel, client, tls)));
    } else {
      serve(channel, channel.remoteAddress(), tls);
    }
  }

  private void serve(Channel channel, @Nullable SocketAddress client, @Nullable SslContext tls) {
    if (!connectionLimits.admitFrom(client, channel)) {
      turnAway(channel, tls != null);
      return;
    }
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    ClientFacts facts = Clients.facts(client, channel.localAddress(), tls != null, trusted.get());
    channel.pipeline().addLast(new Http1Connection(loopOf(channel), settings, drain, facts));
  }

  /**
   * One connection too many.
   *
   * @param silently where an answer would cost a handshake first
   */
  private void turnAway(Channel channel, boolean silently) {
    observer.onReject(RejectCause.CAPACITY);
    if (silently) {
      channel.close();
    } else {
      channel.pipeline().addLast(new TurnedAway(loopOf(channel)));
    }
  }

  private LoopServing loopOf(Channel channel) {
    LoopServing loop = loops.get(channel.eventLoop());
    if (loop == null) {
      throw new IllegalStateException("A connection came on an event loop of somebody else's.");
    }
    return loop;
  }

  /** How many client connections there are. */
  public int connections() {
    return drain.size();
  }

  /**
   * Takes no more connections and no more requests; those under way go on.
   *
   * @return completes when the last connection is gone
   */
  public CompletableFuture<Void> drain() {
    closeListeners();
    return drain.begin();
  }

  private void closeListeners() {
    for (Channel listener : listeners) {
      listener.close().awaitUninterruptibly();
    }
    listeners.clear();
    for (Path socket : sockets) {
      try {
        Files.deleteIfExists(socket);
      } catch (IOException e) {
        // Nothing depends on it: the next start clears the path.
      }
    }
    sockets.clear();
  }

  /** Closes everything at once. */
  @Override
  public void close() {
    closeListeners();
    drain.abort();
  }
}
