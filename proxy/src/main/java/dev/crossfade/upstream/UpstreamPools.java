package dev.crossfade.upstream;

import dev.crossfade.net.Address;
import dev.crossfade.net.ReadSize;
import dev.crossfade.net.Transport;
import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All endpoints of both sides, and the pools of every event loop. Endpoints outlive plans: a plan
 * that names an endpoint again finds its health and its connections as they were. Safe from any
 * thread.
 */
public final class UpstreamPools implements UpstreamView, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UpstreamPools.class);

  /** How long an unhealthy endpoint is left alone between two probes. */
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

  /** How often names are looked up anew. */
  private static final Duration LOOK_UP_INTERVAL = Duration.ofSeconds(30);

  /** How often a name is tried that was never resolved: its endpoint can't be used until then. */
  private static final Duration UNKNOWN_INTERVAL = Duration.ofSeconds(5);

  /**
   * Bounds what one slow connection can hold in memory: reading stops above the high mark and goes
   * on below the low one.
   */
  public static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final Transport transport;
  private final PoolSettings settings;
  private final Ticker ticker;
  private final InstantSource clock;
  private final ExchangeObserver observer;
  private final CurrentPlan plan;
  private final Map<EndpointKey, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Map<EventLoop, LoopPools> loops = new ConcurrentHashMap<>();
  private final ScheduledExecutorService names =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("names", true));

  /** Pools over the transport's event loops; {@link #prepare} comes before the first request. */
  public UpstreamPools(
      Transport transport,
      PoolSettings settings,
      CurrentPlan plan,
      ExchangeObserver observer,
      Ticker ticker,
      InstantSource clock) {
    this.transport = transport;
    this.settings = settings;
    this.plan = plan;
    this.observer = observer;
    this.ticker = ticker;
    this.clock = clock;
    every(LOOK_UP_INTERVAL, () -> lookUpNames(endpoint -> true));
    every(UNKNOWN_INTERVAL, () -> lookUpNames(endpoint -> endpoint.resolved() == null));
  }

  private void every(Duration interval, Runnable lookUp) {
    names.scheduleWithFixedDelay(
        lookUp, interval.toSeconds(), interval.toSeconds(), TimeUnit.SECONDS);
  }

  /** The pools of an event loop. Call once for each loop. */
  public LoopPools forLoop(EventLoop loop, Deadlines deadlines) {
    return loops.computeIfAbsent(loop, l -> new LoopPools(this, l, deadlines));
  }

  /**
   * Looks up the names of a plan's endpoints before the plan comes into force. Blocks; a name that
   * can't be resolved is reported and tried again later.
   */
  public void prepare(TrafficPlan coming) {
    for (Side side : Side.values()) {
      for (Endpoint endpoint : endpointsOf(coming, side)) {
        if (endpoint.resolved() == null) {
          lookUp(endpoint);
        }
      }
    }
  }

  List<Endpoint> endpointsOf(TrafficPlan of, Side side) {
    List<String> addresses = of.upstream(side).endpoints();
    List<Endpoint> found = new ArrayList<>(addresses.size());
    for (String address : addresses) {
      found.add(endpoint(new EndpointKey(side, address)));
    }
    return found;
  }

  private Endpoint endpoint(EndpointKey key) {
    return endpoints.computeIfAbsent(
        key,
        k -> {
          Endpoint made = new Endpoint(k, Address.parse(k.address()));
          if (!made.address().isName()) {
            made.resolvedTo(transport.socketAddress(made.address()));
          }
          return made;
        });
  }

  private void lookUpNames(Predicate<Endpoint> wanted) {
    endpoints.values().stream()
        .filter(e -> e.address().isName() && isConfigured(e))
        .filter(wanted)
        .forEach(this::lookUp);
  }

  private void lookUp(Endpoint endpoint) {
    SocketAddress found = transport.socketAddress(endpoint.address());
    if (found instanceof InetSocketAddress inet && inet.isUnresolved()) {
      // The last good answer stays.
      log.warn("The name of endpoint {} can't be resolved", endpoint);
      endpoint.failed("The name of " + endpoint.address() + " can't be resolved.", clock.instant());
    } else {
      endpoint.resolvedTo(found);
    }
  }

  Bootstrap bootstrap(EventLoop loop, Endpoint endpoint) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.channelTo(endpoint.address()))
            .resolver(NoopAddressResolverGroup.INSTANCE)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new ReadSize())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            // A write that fails must not take along an answer that has come but is not read.
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis());
    if (transport.halfCloses(endpoint.address())) {
      bootstrap.option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    if (!endpoint.address().isUnix()) {
      bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
    }
    return bootstrap;
  }

  void connected(Endpoint endpoint) {
    boolean wasHealthy = endpoint.healthy();
    endpoint.connected();
    if (!wasHealthy) {
      log.info("Endpoint {} takes connections again", endpoint);
    }
  }

  void connectFailed(Endpoint endpoint, Throwable cause, EventLoop loop) {
    observer.onUpstreamFailure(endpoint.key().side(), FailureKind.CONNECT);
    String text = String.valueOf(cause.getMessage());
    if (endpoint.connectFailed(text, clock.instant())) {
      log.warn("Endpoint {} is unhealthy: {}", endpoint, text);
      probeLater(endpoint, loop);
    }
  }

  /** Notes a failure other than a failed connect, and counts it. */
  public void failed(Endpoint endpoint, FailureKind kind, String text) {
    observer.onUpstreamFailure(endpoint.key().side(), kind);
    endpoint.failed(text, clock.instant());
  }

  private void probeLater(Endpoint endpoint, EventLoop loop) {
    if (endpoint.claimProbe()) {
      loop.schedule(() -> probe(endpoint, loop), PROBE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Connects and closes; success makes the endpoint healthy, failure leads to the next probe. */
  private void probe(Endpoint endpoint, EventLoop loop) {
    endpoint.probeOver();
    SocketAddress to = endpoint.resolved();
    boolean wanted = endpoints.get(endpoint.key()) == endpoint && isProbed(endpoint);
    if (endpoint.healthy() || loop.isShuttingDown()) {
      return;
    }
    if (to == null || !wanted) {
      probeLater(endpoint, loop);
      return;
    }
    bootstrap(loop, endpoint)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(to)
        .addListener(
            attempt -> {
              if (attempt.isSuccess()) {
                ((io.netty.channel.ChannelFuture) attempt).channel().close();
                connected(endpoint);
              } else {
                probeLater(endpoint, loop);
              }
            });
  }

  private boolean isProbed(Endpoint endpoint) {
    return isConfigured(endpoint)
        && plan.get().state().endpoint(endpoint.key()) != EndpointState.MAINT;
  }

  private boolean isConfigured(Endpoint endpoint) {
    EndpointKey key = endpoint.key();
    return plan.get().upstream(key.side()).endpoints().contains(key.address());
  }

  Ticker ticker() {
    return ticker;
  }

  PoolSettings settings() {
    return settings;
  }

  @Override
  public List<EndpointView> endpoints(Side side) {
    return endpointsOf(plan.get(), side).stream().map(Endpoint::view).toList();
  }

  @Override
  public boolean available(Side side) {
    TrafficPlan present = plan.get();
    return endpointsOf(present, side).stream()
        .anyMatch(e -> e.healthy() && present.state().endpoint(e.key()) == EndpointState.READY);
  }

  /** Closes all idle connections; those in use end with their requests. */
  @Override
  public void close() {
    names.shutdownNow();
    loops.forEach((loop, pools) -> loop.execute(pools::close));
  }
}
