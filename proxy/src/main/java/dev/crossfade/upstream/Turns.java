package dev.crossfade.upstream;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Round robin by weights, as evenly mixed as can be: nginx's smooth weighted round robin. Each
 * endpoint gains its weight in every round, the one that has most is taken and loses what all have
 * gained. Weights 5, 1, 1 give A A B A C A A and not A A A A A B C.
 */
final class Turns implements Balancer {
  private final Members members;
  private final boolean slow;
  private final SplittableRandom random;
  private final int[] gained;

  Turns(Members members, boolean slow, SplittableRandom random) {
    this.members = members;
    this.slow = slow;
    this.random = random;
    this.gained = new int[members.size()];
  }

  @Override
  public @Nullable Endpoint pick(Wanted wanted) {
    int picked = next(wanted);
    return picked < 0 ? null : members.endpoints()[picked];
  }

  /** Its place among the members, -1 for none. */
  int next(Wanted wanted) {
    int picked = slow ? next(wanted, true) : -1;
    return picked >= 0 ? picked : next(wanted, false);
  }

  private int next(Wanted wanted, boolean withhold) {
    Endpoint[] endpoints = members.endpoints();
    int best = -1;
    int sum = 0;
    for (int i = 0; i < endpoints.length; i++) {
      Endpoint endpoint = endpoints[i];
      if (wanted.takes(endpoint)
          && !(withhold && Balancer.withheld(true, endpoint, random.nextInt()))) {
        int weight = members.weights()[i];
        gained[i] += weight;
        sum += weight;
        if (best < 0 || gained[i] > gained[best]) {
          best = i;
        }
      }
    }
    if (best >= 0) {
      gained[best] -= sum;
    }
    return best;
  }
}
