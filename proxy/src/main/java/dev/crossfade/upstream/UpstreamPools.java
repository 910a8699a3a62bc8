package dev.crossfade.upstream;

import dev.crossfade.net.Address;
import dev.crossfade.net.Transport;
import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All endpoints of both sides, and the pools of every event loop. Endpoints outlive plans: a plan
 * that names an endpoint again finds its health and its connections as they were. Safe from any
 * thread.
 */
public final class UpstreamPools implements UpstreamView, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UpstreamPools.class);

  /** How long a plan waits for its names: a name server that is away must not hold it up. */
  private static final long LOOK_UP_NANOS = 10_000_000_000L;

  /** Specs whose certificates and tables are kept: two sides of two plans, and some more. */
  private static final int REMEMBERED = 8;

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
  private final Connector connector;
  private final Names names;
  private final Ejections ejections;
  private final Map<EndpointKey, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Map<EventLoop, LoopPools> loops = new ConcurrentHashMap<>();
  private final SideLoad oldLoad = new SideLoad();
  private final SideLoad newLoad = new SideLoad();
  private final Future<?> rounds;

  /** The newest few; a plan that is just going may still be asked by. */
  private volatile List<Prepared> prepared = List.of();

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
    this.connector = new Connector(transport, settings.connectTimeout(), ticker);
    this.names = new Names(settings.names(), this::named);
    this.ejections = new Ejections(this::ready, side -> plan.get().upstream(side).ejection());
    EventLoop watching = transport.group().next();
    Watch watch =
        new Watch(
            plan::get,
            this::endpointsOf,
            ejections,
            new NettyProber(connector, watching, this::prepared),
            new SplittableRandom());
    this.rounds =
        watching.scheduleAtFixedRate(
            () -> round(watch),
            Watch.ROUND.toMillis(),
            Watch.ROUND.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Never throws: a task that does is not run again. */
  private static void round(Watch watch) {
    try {
      watch.round();
    } catch (RuntimeException e) {
      log.error("A round of the watch over endpoints failed", e);
    }
  }

  /** The pools of an event loop. Call once for each loop. */
  public LoopPools forLoop(EventLoop loop, Deadlines deadlines) {
    return loops.computeIfAbsent(loop, l -> new LoopPools(this, l, deadlines));
  }

  /** Has all loops do something with their pools, each on its own. */
  void everyLoop(Consumer<LoopPools> action) {
    loops.forEach((loop, pools) -> loop.execute(() -> action.accept(pools)));
  }

  /**
   * Makes what a plan needs before it comes into force: looks up the names of its endpoints, reads
   * certificates, fills tables. Blocks; a name that can't be resolved is reported and tried again
   * later.
   *
   * @throws IllegalArgumentException if a certificate or key can't be used, saying which
   */
  public void prepare(TrafficPlan coming) {
    List<Prepared> made = new ArrayList<>();
    List<Future<?>> lookUps = new ArrayList<>();
    for (Side side : Side.values()) {
      made.add(Prepared.of(coming.upstream(side)));
      for (Endpoint endpoint : endpointsOf(coming, side)) {
        if (endpoint.whereabouts() == null) {
          lookUps.add(names.lookUp(endpoint));
        }
      }
    }
    remember(made);
    long until = System.nanoTime() + LOOK_UP_NANOS;
    for (Future<?> lookUp : lookUps) {
      lookUp.awaitUninterruptibly(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  private synchronized void remember(List<Prepared> made) {
    List<Prepared> newest = new ArrayList<>(made);
    newest.addAll(prepared);
    prepared = List.copyOf(newest.subList(0, Math.min(REMEMBERED, newest.size())));
  }

  Prepared prepared(UpstreamSpec spec) {
    for (Prepared one : prepared) {
      if (one.spec() == spec) {
        return one;
      }
    }
    Prepared made = Prepared.of(spec);
    remember(List.of(made));
    return made;
  }

  /** By the plan in force. */
  Prepared prepared(Endpoint endpoint) {
    return prepared(plan.get().upstream(endpoint.key().side()));
  }

  List<Endpoint> endpointsOf(TrafficPlan of, Side side) {
    List<String> addresses = of.upstream(side).endpoints();
    List<Endpoint> found = new ArrayList<>(addresses.size());
    for (String address : addresses) {
      found.add(endpoint(new EndpointKey(side, address)));
    }
    return found;
  }

  private List<Endpoint> ready(Side side) {
    TrafficPlan present = plan.get();
    return endpointsOf(present, side).stream()
        .filter(e -> present.state().endpoint(e.key()) == EndpointState.READY)
        .toList();
  }

  private Collection<Endpoint> named() {
    TrafficPlan present = plan.get();
    return Stream.of(Side.values())
        .flatMap(side -> endpointsOf(present, side).stream())
        .filter(e -> e.address().isName())
        .collect(Collectors.toSet());
  }

  private Endpoint endpoint(EndpointKey key) {
    return endpoints.computeIfAbsent(
        key,
        k -> {
          Endpoint made = new Endpoint(k, Address.parse(k.address()), ticker, clock);
          if (!made.address().isName()) {
            made.leadsTo(List.of(transport.socketAddress(made.address())));
          }
          return made;
        });
  }

  Connector connector() {
    return connector;
  }

  SideLoad load(Side side) {
    return side == Side.OLD ? oldLoad : newLoad;
  }

  /** A request's connect has succeeded. */
  void connected(Endpoint endpoint) {
    endpoint.health().connected();
  }

  /** A request's connect has failed, at every address. */
  void connectFailed(Endpoint endpoint, Throwable cause) {
    observer.onUpstreamFailure(endpoint.key().side(), FailureKind.CONNECT);
    endpoint.connectFailed(FailedConnect.of(endpoint, cause));
  }

  /** What went wrong, in words for operators. */
  static String text(Throwable cause) {
    String trouble = UpstreamTls.trouble(cause);
    return trouble != null ? trouble : String.valueOf(cause.getMessage());
  }

  /** Notes how an endpoint has answered a request; 500 and above counts against it. */
  public void answered(Endpoint endpoint, int status) {
    if (status < 500) {
      endpoint.answeredWell();
    } else {
      ejections.failed(endpoint);
    }
  }

  /** Notes a failure other than a failed connect, and counts it. */
  public void failed(Endpoint endpoint, FailureKind kind, String text) {
    observer.onUpstreamFailure(endpoint.key().side(), kind);
    endpoint.failed(text);
    ejections.failed(endpoint);
  }

  Ticker ticker() {
    return ticker;
  }

  PoolSettings settings() {
    return settings;
  }

  @Override
  public List<EndpointView> endpoints(Side side) {
    UpstreamSpec spec = plan.get().upstream(side);
    return endpointsOf(plan.get(), side).stream()
        .map(endpoint -> endpoint.view(spec.weight(endpoint.key().address())))
        .toList();
  }

  @Override
  public boolean available(Side side) {
    return ready(side).stream().anyMatch(e -> e.standing().atLeast(Standing.EJECTED));
  }

  /** Closes all idle connections; those in use end with their requests. */
  @Override
  public void close() {
    rounds.cancel(false);
    names.close();
    everyLoop(LoopPools::close);
  }
}
