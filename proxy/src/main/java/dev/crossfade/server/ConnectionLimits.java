package dev.crossfade.server;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there may be, in all and from one client. Whether there is room for one more
 * is known when it is accepted, who it comes from perhaps only when the PROXY protocol has said so.
 * Safe from any thread.
 */
final class ConnectionLimits {
  private volatile ServerSettings.Limits limits;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<InetAddress, Integer> byClient = new ConcurrentHashMap<>();

  ConnectionLimits(ServerSettings.Limits limits) {
    this.limits = limits;
  }

  /**
   * Takes other limits. Connections that are there are not closed by them, and those that came
   * while there was no limit for a client are not counted for theirs.
   */
  void reconfigure(ServerSettings.Limits others) {
    limits = others;
  }

  /** Counts the connection until it is closed, or answers that it is one too many in all. */
  boolean admit(Channel channel) {
    int most = limits.connections();
    // Counted without a limit, too: a reload may bring one.
    if (all.incrementAndGet() > most && most > 0) {
      all.decrementAndGet();
      return false;
    }
    channel.closeFuture().addListener(f -> all.decrementAndGet());
    return true;
  }

  /**
   * Counts the connection for its client until it is closed, or answers that it is one too many.
   *
   * @param client unix sockets have none that could be counted
   */
  boolean admitFrom(@Nullable SocketAddress client, Channel channel) {
    InetAddress address = client instanceof InetSocketAddress inet ? inet.getAddress() : null;
    int most = limits.connectionsPerClient();
    if (address == null || most == 0) {
      return true;
    }
    if (byClient.merge(address, 1, Integer::sum) > most) {
      forget(address);
      return false;
    }
    channel.closeFuture().addListener(f -> forget(address));
    return true;
  }

  private void forget(InetAddress client) {
    byClient.computeIfPresent(client, (c, n) -> n == 1 ? null : n - 1);
  }
}
