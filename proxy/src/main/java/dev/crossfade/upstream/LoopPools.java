package dev.crossfade.upstream;

import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.Limits;
import dev.crossfade.plan.ProxyHeader;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.time.Deadlines;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The upstream connections of one event loop. A request uses connections of its own loop only, so
 * there is nothing to lock. Confined to that loop.
 */
public final class LoopPools {
  private static final long LAST_WORDS_NANOS = 1_000_000_000L;
  private static final long FINISH_NANOS = 30_000_000_000L;

  /** From the ones that are best trusted to those that will do if there is no other. */
  private static final Standing[] READY = {Standing.SOUND, Standing.SUSPECT, Standing.EJECTED};

  /** Those that are asked where even one that is being drained is not there. */
  private static final Standing[] LAST = {Standing.HELD, Standing.REFUSING};

  private final UpstreamPools shared;
  private final EventLoop loop;
  private final Deadlines deadlines;
  private final SplittableRandom random = new SplittableRandom();
  private final Wanted wanted = new Wanted();
  private final RetryBudget oldBudget = new RetryBudget();
  private final RetryBudget newBudget = new RetryBudget();
  private final IdentityHashMap<Endpoint, IdleConnections> idle = new IdentityHashMap<>();
  private final Map<Named, IdleConnections> idleNamed = new HashMap<>();
  private final IdentityHashMap<Endpoint, WaitingLine> lines = new IdentityHashMap<>();

  private @Nullable TrafficPlan takenOf;
  private @Nullable SideOfLoop oldSide;
  private @Nullable SideOfLoop newSide;

  /** Connections to an endpoint that name a client by the PROXY protocol. */
  private record Named(Endpoint endpoint, ProxiedClient client) {}

  /** What the loop knows of a side under the present plan. */
  private record SideOfLoop(
      Prepared prepared, Members ready, Balancer balancer, Members draining, Balancer drained) {}

  LoopPools(UpstreamPools shared, EventLoop loop, Deadlines deadlines) {
    this.shared = shared;
    this.loop = loop;
    this.deadlines = deadlines;
  }

  EventLoop loop() {
    return loop;
  }

  /** Until when an origin that takes no more may still be heard. */
  long lastWordsBy() {
    return shared.ticker().nanos() + LAST_WORDS_NANOS;
  }

  /** Until when an origin has to take what is left of a connection that ends. */
  long finishedBy() {
    return shared.ticker().nanos() + FINISH_NANOS;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  // ---- whom to ask ------------------------------------------------------------------------------

  /**
   * Whether the side has an endpoint that is ready and healthy. Those that are left out for their
   * answers only are there if there is no other; those that have just come back are not yet.
   */
  public boolean available(TrafficPlan plan, Side side) {
    return of(plan, side).ready().any(Standing.EJECTED);
  }

  /**
   * Picks an endpoint and counts the request in one step. Where no ready endpoint is healthy, one
   * that is being drained will do, or one that goes up and down: by now nothing but this side can
   * answer the request, and a visitor is worse off with an error. So is even one that has refused
   * its last connects, as {@link Lease#lastResort} then says: it may be back, and says at once if
   * it is not.
   *
   * @return false if the side has no endpoint that is worth a try, or as {@link Lease#overloaded}
   *     says has too much to do
   */
  public boolean lease(TrafficPlan plan, Side side, Lease lease) {
    budget(side).request();
    return lease(plan, side, null, lease);
  }

  /**
   * The same for a request that is sent again: on another endpoint, and only as long as there are
   * not too many such requests. Even one that was down when it was last asked is tried if there is
   * no other: the request is lost else, and it may be back by now.
   *
   * @param failed not this one
   * @param sameWillDo unless there is no other that is trusted as much
   */
  public boolean leaseAgain(
      TrafficPlan plan, Side side, Endpoint failed, boolean sameWillDo, Lease lease) {
    if (!budget(side).spend()) {
      return false;
    }
    SideOfLoop from = of(plan, side);
    boolean elsewhere = !sameWillDo || from.ready().anyOther(failed);
    return elsewhere && lease(plan, side, failed, lease)
        || sameWillDo && lease(plan, side, null, lease)
        || leaseAnyOther(from, failed, lease);
  }

  private boolean leaseAnyOther(SideOfLoop from, Endpoint failed, Lease lease) {
    if (lease.overloaded()) {
      return false;
    }
    wanted.except = failed;
    wanted.room = Wanted.ANY_NUMBER;
    wanted.least = Standing.DOWN;
    return open(from.balancer().pick(wanted), lease);
  }

  private RetryBudget budget(Side side) {
    return side == Side.OLD ? oldBudget : newBudget;
  }

  private boolean lease(TrafficPlan plan, Side side, @Nullable Endpoint except, Lease lease) {
    lease.begin();
    SideOfLoop from = of(plan, side);
    Limits limits = from.prepared().spec().limits();
    if (limits.requests() > 0 && !lease.take(shared.load(side), limits.requests())) {
      lease.refuse();
      return false;
    }
    wanted.except = except;
    wanted.key = lease.key();
    if (limits.connections() == 0) {
      return open(pick(from, Wanted.ANY_NUMBER), lease);
    }
    Endpoint found = pick(from, limits.connections());
    if (found == null) {
      // All have what they may have: the request may wait, if not too many do.
      found = pick(from, limits.connections() + limits.waiting());
    }
    if (found == null && pick(from, Wanted.ANY_NUMBER) != null) {
      lease.refuse();
      return false;
    }
    return open(found, lease);
  }

  private static boolean open(@Nullable Endpoint found, Lease lease) {
    if (found == null) {
      return false;
    }
    lease.open(found);
    return true;
  }

  private @Nullable Endpoint pick(SideOfLoop from, int room) {
    wanted.room = room;
    for (Standing least : READY) {
      wanted.least = least;
      Endpoint found = from.balancer().pick(wanted);
      if (found != null) {
        return found;
      }
    }
    wanted.least = Standing.SUSPECT;
    Endpoint draining = from.drained().pick(wanted);
    if (draining != null) {
      return draining;
    }
    for (Standing least : LAST) {
      wanted.least = least;
      Endpoint found = from.balancer().pick(wanted);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private SideOfLoop of(TrafficPlan plan, Side side) {
    if (plan != takenOf) {
      take(plan);
    }
    return present(side);
  }

  private SideOfLoop present(Side side) {
    SideOfLoop present = side == Side.OLD ? oldSide : newSide;
    if (present == null) {
      throw new IllegalStateException("No plan was taken yet.");
    }
    return present;
  }

  private void take(TrafficPlan plan) {
    // Requests that began under an earlier plan may still ask by it; then it is taken again, which
    // costs them a little and changes nothing.
    takenOf = plan;
    oldSide = sideOf(plan, Side.OLD);
    newSide = sideOf(plan, Side.NEW);
    closeIf(endpoint -> !isReady(endpoint));
  }

  private SideOfLoop sideOf(TrafficPlan plan, Side side) {
    Prepared prepared = shared.prepared(plan.upstream(side));
    List<Endpoint> all = shared.endpointsOf(plan, side);
    Members ready = Members.of(plan, side, EndpointState.READY, all);
    Members draining = Members.of(plan, side, EndpointState.DRAIN, all);
    return new SideOfLoop(
        prepared,
        ready,
        Balancer.of(prepared, ready, random),
        draining,
        Balancer.of(prepared, draining, random));
  }

  private boolean isReady(Endpoint endpoint) {
    return present(endpoint.key().side()).ready().has(endpoint);
  }

  /**
   * Brings members up to date with a changed plan, so that idle connections of others close, and
   * lets go of what is long ago. To be called a few times a second.
   */
  public void refresh(TrafficPlan plan) {
    of(plan, Side.OLD);
    long now = shared.ticker().nanos();
    oldBudget.at(now);
    newBudget.at(now);
  }

  // ---- connections ------------------------------------------------------------------------------

  /**
   * Finds a connection to the endpoint: an idle one at once, by the return value, else a fresh one
   * by {@link ConnectionUser#connected} or {@link ConnectionUser#connectFailed}, later; or {@link
   * ConnectionUser#overloaded}, if the endpoint has as many as it may have for too long.
   *
   * <p>Where idle connections turn out to be closed so often that there are soon too many requests
   * to be sent again, it is a fresh one for all: an application that closes its connections without
   * a word after a few requests must not cost any of them.
   *
   * @param repeatable whether the request may be sent again where the connection turns out to be
   *     closed. One that may not gets even an idle one later: when all that has come in meanwhile
   *     is read, and with it the news of connections that the origin has closed
   */
  public @Nullable UpstreamConnection connection(
      Endpoint endpoint, ConnectionUser user, boolean repeatable) {
    if (!budget(endpoint.key().side()).ample()) {
      connect(endpoint, user);
      return null;
    }
    if (!repeatable && hasIdle(endpoint)) {
      loop.execute(() -> idleOrFresh(endpoint, user));
      return null;
    }
    UpstreamConnection kept = takeIdle(endpoint, user);
    if (kept == null) {
      connect(endpoint, user);
    }
    return kept;
  }

  private boolean hasIdle(Endpoint endpoint) {
    IdleConnections kept = idle.get(endpoint);
    return !idleNamed.isEmpty() || kept != null && kept.size() > 0;
  }

  private void idleOrFresh(Endpoint endpoint, ConnectionUser user) {
    UpstreamConnection kept = takeIdle(endpoint, user);
    if (kept == null) {
      connect(endpoint, user);
    } else {
      user.connected(kept);
    }
  }

  private @Nullable UpstreamConnection takeIdle(Endpoint endpoint, ConnectionUser user) {
    IdleConnections among = namesClients(endpoint) ? idleNamed(endpoint, user) : idle.get(endpoint);
    if (among == null) {
      return null;
    }
    UpstreamConnection newest = among.takeNewest();
    if (newest == null) {
      return null;
    }
    left(newest, among);
    newest.use(user);
    return newest;
  }

  private boolean namesClients(Endpoint endpoint) {
    return takenOf != null
        && present(endpoint.key().side()).prepared().spec().proxyHeader() != ProxyHeader.OFF;
  }

  private @Nullable IdleConnections idleNamed(Endpoint endpoint, ConnectionUser user) {
    ProxiedClient client = user.proxiedClient();
    // One that names nobody is made for everyone anew: it would name the wrong one.
    return client == null ? null : idleNamed.get(new Named(endpoint, client));
  }

  /** Makes a fresh connection, whatever is idle, or waits until there may be one more. */
  public void connect(Endpoint endpoint, ConnectionUser user) {
    Prepared side = shared.prepared(endpoint);
    Limits limits = side.spec().limits();
    if (endpoint.openConnection(limits.connections())) {
      dial(endpoint, side, user);
      return;
    }
    long until = shared.ticker().nanos() + limits.waitingTime().toNanos();
    lines.computeIfAbsent(endpoint, e -> new WaitingLine(deadlines, e)).join(user, until);
    // What is idle here is not what is wanted; what is idle elsewhere is of no use here.
    shared.everyLoop(pools -> pools.giveUpOne(endpoint));
  }

  private void dial(Endpoint endpoint, Prepared side, ConnectionUser user) {
    ProxiedClient client =
        side.spec().proxyHeader() == ProxyHeader.OFF ? null : user.proxiedClient();
    List<UpstreamConnection> attempts = new ArrayList<>(1);
    shared
        .connector()
        .connect(
            loop,
            endpoint,
            side,
            client,
            () -> attempt(endpoint, client, attempts),
            new Connector.Result<UpstreamConnection>() {
              @Override
              public void reached(Channel channel, UpstreamConnection connection) {
                shared.connected(endpoint);
                connection.made(shared.ticker().nanos());
                connection.use(user);
                user.connected(connection);
              }

              @Override
              public void failed(Throwable cause) {
                attempts.forEach(UpstreamConnection::gone);
                if (attempts.isEmpty()) {
                  connectionGone(endpoint);
                }
                shared.connectFailed(endpoint, cause);
                user.connectFailed(endpoint, cause);
              }
            });
  }

  /** The first attempt was counted already. */
  private UpstreamConnection attempt(
      Endpoint endpoint, @Nullable ProxiedClient client, List<UpstreamConnection> attempts) {
    if (!attempts.isEmpty()) {
      endpoint.openConnection(0);
    }
    UpstreamConnection made = new UpstreamConnection(this, endpoint, client);
    attempts.add(made);
    return made;
  }

  /** Takes a connection whose request ended cleanly. */
  void keep(UpstreamConnection connection) {
    if (!isOfUse(connection)) {
      connection.abandon();
      return;
    }
    Endpoint endpoint = connection.endpoint();
    IdleConnections among = homeOf(connection);
    among.add(connection);
    endpoint.idle(1);
    connection.idleUntil(idleUntil(connection));
    if (endpoint.waiting().get() > 0) {
      // Not at once: the exchange that has given it back is not over yet.
      loop.execute(() -> serveLine(endpoint));
    }
  }

  private boolean isOfUse(UpstreamConnection connection) {
    Endpoint endpoint = connection.endpoint();
    PoolSettings settings = shared.settings();
    Whereabouts where = endpoint.whereabouts();
    return connection.active()
        && isReady(endpoint)
        && (connection.client() != null) == namesClients(endpoint)
        && idleLike(connection) < settings.idlePerEndpoint()
        && !isWornOut(connection, settings)
        && where != null
        && (!endpoint.address().isName() || where.leadsTo(connection.remoteAddress()));
  }

  private boolean isWornOut(UpstreamConnection connection, PoolSettings settings) {
    int most = settings.requestsPerConnection();
    return most > 0 && connection.requests() >= most || ageLeft(connection, settings) <= 0;
  }

  private long ageLeft(UpstreamConnection connection, PoolSettings settings) {
    return settings.maxAge().isZero()
        ? Long.MAX_VALUE
        : connection.madeAt() + settings.maxAge().toNanos() - shared.ticker().nanos();
  }

  private long idleUntil(UpstreamConnection connection) {
    PoolSettings settings = shared.settings();
    return shared.ticker().nanos()
        + Math.min(settings.idleTimeout().toNanos(), ageLeft(connection, settings));
  }

  private int idleLike(UpstreamConnection connection) {
    if (connection.client() != null) {
      return connection.endpoint().idle();
    }
    IdleConnections kept = idle.get(connection.endpoint());
    return kept == null ? 0 : kept.size();
  }

  private IdleConnections homeOf(UpstreamConnection connection) {
    ProxiedClient client = connection.client();
    return client == null
        ? idle.computeIfAbsent(connection.endpoint(), e -> new IdleConnections())
        : idleNamed.computeIfAbsent(
            new Named(connection.endpoint(), client), n -> new IdleConnections());
  }

  /** A connection that is gone is no longer idle. */
  void forget(UpstreamConnection connection) {
    IdleConnections among = connection.idleIn;
    if (among != null) {
      among.remove(connection);
      left(connection, among);
    }
  }

  private void left(UpstreamConnection connection, IdleConnections among) {
    connection.endpoint().idle(-1);
    ProxiedClient client = connection.client();
    if (client != null && among.size() == 0) {
      idleNamed.remove(new Named(connection.endpoint(), client));
    }
  }

  // ---- waiting ----------------------------------------------------------------------------------

  void connectionGone(Endpoint endpoint) {
    endpoint.connectionGone();
    if (endpoint.waiting().get() > 0) {
      shared.everyLoop(pools -> pools.serveLine(endpoint));
    }
  }

  /** Gives those who wait what there is. */
  private void serveLine(Endpoint endpoint) {
    WaitingLine line = lines.get(endpoint);
    if (line == null || line.isEmpty()) {
      if (endpoint.waiting().get() > 0) {
        giveUpOne(endpoint);
      }
      return;
    }
    Prepared side = shared.prepared(endpoint);
    for (ConnectionUser first = line.first(); first != null; first = line.first()) {
      UpstreamConnection kept = takeIdle(endpoint, first);
      if (kept != null) {
        line.leave();
        first.connected(kept);
      } else if (endpoint.openConnection(side.spec().limits().connections())) {
        line.leave();
        dial(endpoint, side, first);
      } else {
        // What is idle names another client; once it is gone there may be one more.
        closeOneIdle(endpoint);
        return;
      }
    }
  }

  /** Closes an idle connection, so that another loop, or another client, may have one. */
  private void giveUpOne(Endpoint endpoint) {
    WaitingLine line = lines.get(endpoint);
    if (line != null && !line.isEmpty()) {
      serveLine(endpoint);
    } else {
      closeOneIdle(endpoint);
    }
  }

  private void closeOneIdle(Endpoint endpoint) {
    IdleConnections kept = idle.get(endpoint);
    UpstreamConnection newest = kept == null ? null : kept.takeNewest();
    if (kept != null && newest != null) {
      left(newest, kept);
      newest.abandon();
      return;
    }
    for (Map.Entry<Named, IdleConnections> named : idleNamed.entrySet()) {
      if (named.getKey().endpoint() == endpoint) {
        UpstreamConnection other = named.getValue().takeNewest();
        if (other != null) {
          left(other, named.getValue());
          other.abandon();
          return;
        }
      }
    }
  }

  // ---- ends -------------------------------------------------------------------------------------

  /** Closes all idle connections. */
  void close() {
    closeIf(endpoint -> true);
  }

  private void closeIf(Predicate<Endpoint> unwanted) {
    List<IdleConnections> closing = new ArrayList<>();
    idle.forEach(
        (endpoint, kept) -> {
          if (unwanted.test(endpoint)) {
            closing.add(kept);
          }
        });
    idleNamed.forEach(
        (named, kept) -> {
          if (unwanted.test(named.endpoint())) {
            closing.add(kept);
          }
        });
    for (IdleConnections kept : closing) {
      for (UpstreamConnection c = kept.takeNewest(); c != null; c = kept.takeNewest()) {
        left(c, kept);
        c.abandon();
      }
    }
    idle.keySet().removeIf(unwanted);
  }
}
