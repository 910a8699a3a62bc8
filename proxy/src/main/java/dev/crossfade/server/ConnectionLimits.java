package dev.crossfade.server;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections there may be, in all and from one address. Safe from any thread. */
final class ConnectionLimits {
  private final ServerSettings.Limits limits;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<InetAddress, Integer> byClient = new ConcurrentHashMap<>();

  ConnectionLimits(ServerSettings.Limits limits) {
    this.limits = limits;
  }

  /** Counts the connection until it is closed, or answers that it is one too many. */
  boolean admit(Channel channel) {
    if (limits.connections() == 0 && limits.connectionsPerClient() == 0) {
      return true;
    }
    if (all.incrementAndGet() > limits.connections() && limits.connections() > 0) {
      all.decrementAndGet();
      return false;
    }
    InetAddress client =
        channel.remoteAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
    if (client == null || limits.connectionsPerClient() == 0) {
      channel.closeFuture().addListener(f -> all.decrementAndGet());
      return true;
    }
    if (byClient.merge(client, 1, Integer::sum) > limits.connectionsPerClient()) {
      forget(client);
      return false;
    }
    channel.closeFuture().addListener(f -> forget(client));
    return true;
  }

  private void forget(InetAddress client) {
    all.decrementAndGet();
    byClient.computeIfPresent(client, (c, n) -> n == 1 ? null : n - 1);
  }
}
