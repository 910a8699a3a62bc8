package dev.crossfade.upstream;

import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.split.Side;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The endpoints of a side that are in one state, in the order of the configuration.
 *
 * @param endpoints they
 * @param weights theirs, at the same place
 * @param places theirs among all endpoints of the side
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and read on every request
record Members(Endpoint[] endpoints, int[] weights, int[] places) {

  /** Those of a plan. */
  static Members of(TrafficPlan plan, Side side, EndpointState state, List<Endpoint> all) {
    UpstreamSpec spec = plan.upstream(side);
    int[] places =
        IntStream.range(0, all.size())
            .filter(place -> plan.state().endpoint(all.get(place).key()) == state)
            .toArray();
    Endpoint[] endpoints = new Endpoint[places.length];
    int[] weights = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      endpoints[i] = all.get(places[i]);
      weights[i] = spec.weight(endpoints[i].key().address());
    }
    return new Members(endpoints, weights, places);
  }

  int size() {
    return endpoints.length;
  }

  boolean has(Endpoint endpoint) {
    for (Endpoint member : endpoints) {
      if (member == endpoint) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is another that is trusted at least as much as this one. */
  boolean anyOther(Endpoint endpoint) {
    Standing least = endpoint.standing();
    for (Endpoint member : endpoints) {
      if (member != endpoint && member.standing().atLeast(least)) {
        return true;
      }
    }
    return false;
  }

  boolean any(Standing least) {
    for (Endpoint member : endpoints) {
      if (member.standing().atLeast(least)) {
        return true;
      }
    }
    return false;
  }
}
