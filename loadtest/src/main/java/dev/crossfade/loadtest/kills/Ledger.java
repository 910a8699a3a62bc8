package dev.crossfade.loadtest.kills;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What has arrived at the origins, by the requests' targets. Safe from any thread. */
final class Ledger {
  private final Map<String, AtomicInteger> arrivals = new ConcurrentHashMap<>();
  private final Set<String> onFreshConnections = ConcurrentHashMap.newKeySet();
  private final AtomicLong unread = new AtomicLong();

  /**
   * A request has arrived.
   *
   * @param fresh whether as the first one of its connection
   */
  void arrived(String target, boolean fresh) {
    arrivals.computeIfAbsent(target, t -> new AtomicInteger()).incrementAndGet();
    if (fresh) {
      onFreshConnections.add(target);
    }
  }

  /** A connection has ended before its first request was read. */
  void unread() {
    unread.incrementAndGet();
  }

  /** How many have. */
  long unreadConnections() {
    return unread.get();
  }

  /** Whether it has arrived anywhere. */
  boolean hasArrived(String target) {
    return arrivals.containsKey(target);
  }

  /** How many requests with such a target arrived more than once. */
  long twice(String prefix) {
    return arrivals.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix) && entry.getValue().get() > 1)
        .count();
  }

  /**
   * Whether it arrived on a fresh connection: if that one breaks, the request may have been
   * processed, and nothing says that it had been in vain.
   */
  boolean wasOnFreshConnection(String target) {
    return onFreshConnections.contains(target);
  }
}
