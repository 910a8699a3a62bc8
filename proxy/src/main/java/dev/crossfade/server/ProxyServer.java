package dev.crossfade.server;

import dev.crossfade.forward.ClientFacts;
import dev.crossfade.forward.LoopForwarding;
import dev.crossfade.forward.TrustedProxies;
import dev.crossfade.net.Transport;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.LoopPools;
import dev.crossfade.upstream.UpstreamPools;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The listeners and their connections. Starts by {@link #listen}, takes other settings by {@link
 * #prepare}, ends by {@link #drain} and {@link #close}. Safe from any thread but the event loops.
 */
public final class ProxyServer implements AutoCloseable {
  /** Most that a close waits for event loops that are busy. */
  private static final int CLOSE_SECONDS = 1;

  private final Listeners listeners;
  private final Supplier<TrustedProxies> trusted;
  private final ExchangeObserver observer;
  private final InstantSource clock;
  private final Drain drain = new Drain();
  private final ConnectionLimits connectionLimits;

  /** Read once a connection. */
  private volatile Serving serving;

  /**
   * How connections that come from now on are served.
   *
   * @param loops what those of a loop share; its scratch is as large as the limits say
   */
  private record Serving(ServerSettings settings, IdentityHashMap<EventLoop, LoopServing> loops) {
    LoopServing of(Channel channel) {
      LoopServing loop = loops.get(channel.eventLoop());
      if (loop == null) {
        throw new IllegalStateException("A connection came on an event loop of somebody else's.");
      }
      return loop;
    }

    /** The same loops under other settings. */
    Serving by(ServerSettings coming, InstantSource clock) {
      if (coming.limits().equals(settings.limits())) {
        return new Serving(coming, loops);
      }
      IdentityHashMap<EventLoop, LoopServing> made = new IdentityHashMap<>();
      loops.forEach(
          (loop, present) ->
              made.put(
                  loop,
                  new LoopServing(present.forwarding, present.deadlines, coming.limits(), clock)));
      return new Serving(coming, made);
    }
  }

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
    this.listeners = new Listeners(transport, this::accept);
    this.trusted = trusted;
    this.observer = observer;
    this.clock = clock;
    this.connectionLimits = new ConnectionLimits(settings.limits());
    IdentityHashMap<EventLoop, LoopServing> made = new IdentityHashMap<>();
    for (EventExecutor executor : transport.group()) {
      EventLoop loop = (EventLoop) executor;
      Deadlines deadlines = new Deadlines();
      LoopForwarding forwardingOfLoop = forwarding.apply(upstreams.forLoop(loop, deadlines));
      made.put(loop, new LoopServing(forwardingOfLoop, deadlines, settings.limits(), clock));
      new Sweep(made.size() - 1, deadlines, forwardingOfLoop, ticker).runOn(loop);
    }
    serving = new Serving(settings, made);
  }

  /**
   * Opens all listeners, or none.
   *
   * @return their addresses as they were bound, in order
   * @throws BindException if an address is in use or not to be had, naming it
   */
  public synchronized List<String> listen() throws IOException {
    return listeners.prepare(serving.settings.listeners()).takeEffect();
  }

  /**
   * Makes ready for other settings: opens the listeners that are new, which accept nothing yet, and
   * reads all certificates. Either end of the change must come, before another is prepared.
   *
   * @throws BindException if an address is in use or not to be had, naming it; nothing has changed
   *     then
   * @throws IllegalArgumentException if a certificate can't be used; nothing has changed then
   */
  public synchronized Change prepare(ServerSettings coming) throws IOException {
    return new Change(coming, listeners.prepare(coming.listeners()));
  }

  /** Other settings, ready to be put in force. */
  public final class Change {
    private final ServerSettings coming;
    private final Listeners.Change listening;

    private Change(ServerSettings coming, Listeners.Change listening) {
      this.coming = coming;
      this.listening = listening;
    }

    /**
     * Puts them in force for connections that come from now on; those that are there keep the
     * certificate, limits and timeouts that they began with.
     */
    public void takeEffect() {
      synchronized (ProxyServer.this) {
        if (drain.draining()) {
          listening.abandon();
          return;
        }
        connectionLimits.reconfigure(coming.limits());
        serving = serving.by(coming, clock);
        listening.takeEffect();
      }
    }

    /** Leaves everything as it was. */
    public void abandon() {
      synchronized (ProxyServer.this) {
        listening.abandon();
      }
    }
  }

  private void accept(Channel channel, Entrance entrance) {
    SslContext tls = entrance.tls();
    Serving now = serving;
    if (!connectionLimits.admit(channel)) {
      turnAway(channel, now, entrance.proxyProtocol() || tls != null);
    } else if (entrance.proxyProtocol()) {
      channel
          .pipeline()
          .addLast(
              new HAProxyMessageDecoder(),
              new ProxyProtocolEnd(
                  now.of(channel),
                  now.settings.timeouts().head(),
                  client -> serve(channel, now, client, entrance)));
    } else {
      serve(channel, now, channel.remoteAddress(), entrance);
    }
  }

  private void serve(
      Channel channel, Serving now, @Nullable SocketAddress client, Entrance entrance) {
    SslContext tls = entrance.tls();
    if (!connectionLimits.admitFrom(client, channel)) {
      turnAway(channel, now, tls != null);
      return;
    }
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    ClientFacts facts = Clients.facts(client, channel.localAddress(), tls != null, trusted.get());
    channel
        .pipeline()
        .addLast(
            new Http1Connection(now.of(channel), now.settings, drain, facts, entrance.http2()));
  }

  /**
   * One connection too many.
   *
   * @param silently where an answer would cost a handshake first
   */
  private void turnAway(Channel channel, Serving now, boolean silently) {
    observer.onReject(RejectCause.CAPACITY);
    if (silently) {
      channel.close();
    } else {
      channel.pipeline().addLast(new TurnedAway(now.of(channel)));
    }
  }

  /**
   * When the certificates of the listeners expire, by address as configured; those of open
   * listeners, as they are presented to the next client.
   */
  public synchronized Map<String, Instant> certificateExpiries() {
    return listeners.certificateExpiries();
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
  public synchronized CompletableFuture<Void> drain() {
    listeners.close();
    return drain.begin(allKnown());
  }

  /**
   * Completes when all connections are known that were accepted by listeners that are closed now:
   * between the two, they wait in their event loop's queue.
   */
  private CompletableFuture<Void> allKnown() {
    return CompletableFuture.allOf(
        serving.loops.keySet().stream()
            .map(loop -> CompletableFuture.runAsync(() -> {}, loop))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Closes everything at once. */
  @Override
  public synchronized void close() {
    listeners.close();
    allKnown().completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
    drain.abort();
  }
}
