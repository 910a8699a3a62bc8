package dev.crossfade.upstream;

import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.time.Deadlines;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The upstream connections of one event loop. A request uses connections of its own loop only, so
 * there is nothing to lock. Confined to that loop.
 */
public final class LoopPools {
  private static final long LAST_WORDS_NANOS = 1_000_000_000L;

  private final UpstreamPools shared;
  private final EventLoop loop;
  private final Deadlines deadlines;
  private final IdentityHashMap<Endpoint, IdleConnections> idle = new IdentityHashMap<>();

  private @Nullable TrafficPlan membersOf;
  private Endpoint[] oldMembers = {};
  private Endpoint[] newMembers = {};
  private Endpoint[] oldDraining = {};
  private Endpoint[] newDraining = {};
  private int turn;

  LoopPools(UpstreamPools shared, EventLoop loop, Deadlines deadlines) {
    this.shared = shared;
    this.loop = loop;
    this.deadlines = deadlines;
  }

  /** Until when an origin that takes no more may still be heard. */
  long lastWordsBy() {
    return shared.ticker().nanos() + LAST_WORDS_NANOS;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  /** Whether the side has an endpoint that is ready and healthy. */
  public boolean available(TrafficPlan plan, Side side) {
    for (Endpoint member : members(plan, side)) {
      if (member.healthy()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Picks an endpoint and counts the request in one step: of two neighbours in turn the one with
   * fewer requests under way. Where no ready endpoint is healthy, one that is being drained will
   * do: by now nothing but this side can answer the request, and a visitor is worse off with an
   * error.
   *
   * @param except not this one
   * @return false if the side has no healthy endpoint but that
   */
  public boolean lease(TrafficPlan plan, Side side, @Nullable Endpoint except, Lease lease) {
    turn++;
    return lease(members(plan, side), except, lease) || lease(draining(side), except, lease);
  }

  private boolean lease(Endpoint[] members, @Nullable Endpoint except, Lease lease) {
    Endpoint first = null;
    Endpoint second = null;
    for (int i = 0; i < members.length && second == null; i++) {
      Endpoint candidate = members[Math.floorMod(turn + i, members.length)];
      if (candidate.healthy() && candidate != except) {
        if (first == null) {
          first = candidate;
        } else {
          second = candidate;
        }
      }
    }
    if (first == null) {
      return false;
    }
    lease.open(second != null && second.inFlight() < first.inFlight() ? second : first);
    return true;
  }

  /**
   * Finds a connection to the endpoint: an idle one at once, by the return value, else a fresh one
   * by {@link ConnectionUser#connected} or {@link ConnectionUser#connectFailed}, later.
   */
  public @Nullable UpstreamConnection connection(Endpoint endpoint, ConnectionUser user) {
    IdleConnections kept = idle.get(endpoint);
    if (kept != null) {
      UpstreamConnection newest = kept.takeNewest();
      if (newest != null) {
        endpoint.idle(-1);
        newest.use(user);
        return newest;
      }
    }
    connect(endpoint, user);
    return null;
  }

  /** Makes a fresh connection, whatever is idle. */
  public void connect(Endpoint endpoint, ConnectionUser user) {
    SocketAddress to = endpoint.resolved();
    if (to == null) {
      loop.execute(
          () ->
              failed(
                  endpoint, user, new UnknownHostException(endpoint.address() + " is not known")));
      return;
    }
    UpstreamConnection connection = new UpstreamConnection(this, endpoint, user);
    var bootstrap = shared.bootstrap(loop, endpoint).handler(connection);
    bootstrap.connect(to).addListener(f -> connected((ChannelFuture) f, connection, user));
  }

  private void connected(
      ChannelFuture attempt, UpstreamConnection connection, ConnectionUser user) {
    Throwable cause = attempt.cause();
    if (cause != null) {
      failed(connection.endpoint(), user, cause);
      return;
    }
    shared.connected(connection.endpoint());
    connection.use(user);
    user.connected(connection);
  }

  private void failed(Endpoint endpoint, ConnectionUser user, Throwable cause) {
    shared.connectFailed(endpoint, cause, loop);
    user.connectFailed(endpoint, cause);
  }

  /** Takes a connection whose request ended cleanly. */
  void keep(UpstreamConnection connection) {
    Endpoint endpoint = connection.endpoint();
    IdleConnections kept = idle.computeIfAbsent(endpoint, e -> new IdleConnections());
    PoolSettings settings = shared.settings();
    if (!connection.active() || !isMember(endpoint) || kept.size() >= settings.idlePerEndpoint()) {
      connection.abandon();
      return;
    }
    kept.add(connection);
    endpoint.idle(1);
    connection.idleUntil(shared.ticker().nanos() + settings.idleTimeout().toNanos());
  }

  /** A connection that is gone is no longer idle. */
  void forget(UpstreamConnection connection) {
    if (connection.isIdle) {
      IdleConnections kept = idle.get(connection.endpoint());
      if (kept != null) {
        kept.remove(connection);
        connection.endpoint().idle(-1);
      }
    }
  }

  private boolean isMember(Endpoint endpoint) {
    for (Endpoint member : endpoint.key().side() == Side.OLD ? oldMembers : newMembers) {
      if (member == endpoint) {
        return true;
      }
    }
    return false;
  }

  private Endpoint[] members(TrafficPlan plan, Side side) {
    if (plan != membersOf) {
      take(plan);
    }
    return side == Side.OLD ? oldMembers : newMembers;
  }

  private Endpoint[] draining(Side side) {
    return side == Side.OLD ? oldDraining : newDraining;
  }

  private void take(TrafficPlan plan) {
    // Requests that began under an earlier plan may still ask by it; then it is taken again, which
    // costs them a little and changes nothing.
    membersOf = plan;
    oldMembers = in(EndpointState.READY, plan, Side.OLD);
    newMembers = in(EndpointState.READY, plan, Side.NEW);
    oldDraining = in(EndpointState.DRAIN, plan, Side.OLD);
    newDraining = in(EndpointState.DRAIN, plan, Side.NEW);
    List<Endpoint> gone = idle.keySet().stream().filter(e -> !isMember(e)).toList();
    for (Endpoint endpoint : gone) {
      IdleConnections kept = idle.remove(endpoint);
      if (kept != null) {
        closeAll(endpoint, kept);
      }
    }
  }

  private Endpoint[] in(EndpointState state, TrafficPlan plan, Side side) {
    return shared.endpointsOf(plan, side).stream()
        .filter(endpoint -> plan.state().endpoint(endpoint.key()) == state)
        .toArray(Endpoint[]::new);
  }

  /** Brings members up to date with a changed plan, so that idle connections of others close. */
  public void refresh(TrafficPlan plan) {
    members(plan, Side.OLD);
  }

  /** Closes all idle connections. */
  void close() {
    idle.forEach(LoopPools::closeAll);
    idle.clear();
  }

  private static void closeAll(Endpoint endpoint, IdleConnections kept) {
    for (UpstreamConnection c = kept.takeNewest(); c != null; c = kept.takeNewest()) {
      endpoint.idle(-1);
      c.abandon();
    }
  }
}
