package dev.crossfade.control;

import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The order of endpoints wherever they are written, so that equal states give equal text. */
final class EndpointOrder {
  private static final Comparator<EndpointKey> BY_SIDE_AND_ADDRESS =
      Comparator.comparing(EndpointKey::side).thenComparing(EndpointKey::address);

  private EndpointOrder() {}

  /** The endpoints of either map. */
  static SortedSet<EndpointKey> union(
      Map<EndpointKey, EndpointState> some, Map<EndpointKey, EndpointState> others) {
    SortedSet<EndpointKey> keys = new TreeSet<>(BY_SIDE_AND_ADDRESS);
    keys.addAll(some.keySet());
    keys.addAll(others.keySet());
    return keys;
  }
}
