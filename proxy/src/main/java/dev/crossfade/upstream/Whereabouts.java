package dev.crossfade.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The internet addresses that an endpoint's name leads to, or the one address that it is. Which of
 * them failed lately is remembered, so that the others are tried first; races do no harm.
 */
final class Whereabouts {
  private static final long AVOIDED_NANOS = 10_000_000_000L;

  private final SocketAddress[] addresses;
  private final long[] failedAt;
  private final boolean[] failing;
  private int turn;

  Whereabouts(List<? extends SocketAddress> found) {
    addresses = found.toArray(SocketAddress[]::new);
    failedAt = new long[addresses.length];
    failing = new boolean[addresses.length];
  }

  boolean isSame(List<? extends SocketAddress> found) {
    return Arrays.asList(addresses).equals(found);
  }

  /** Whether it still leads there. */
  boolean leadsTo(SocketAddress remote) {
    for (SocketAddress address : addresses) {
      if (address.equals(remote)) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return addresses.length;
  }

  /** Where to connect next: in turn, those that failed lately last. */
  int next(long now) {
    int from = Math.floorMod(turn++, addresses.length);
    for (int i = 0; i < addresses.length; i++) {
      int at = (from + i) % addresses.length;
      if (!failing[at] || now - failedAt[at] > AVOIDED_NANOS) {
        return at;
      }
    }
    return from;
  }

  SocketAddress get(int at) {
    return addresses[at];
  }

  void failed(int at, long now) {
    failedAt[at] = now;
    failing[at] = true;
  }

  void worked(int at) {
    failing[at] = false;
  }

  List<String> texts() {
    return Arrays.stream(addresses).map(Whereabouts::text).toList();
  }

  private static String text(SocketAddress address) {
    InetAddress inet = address instanceof InetSocketAddress known ? known.getAddress() : null;
    return inet == null ? address.toString() : inet.getHostAddress();
  }
}
