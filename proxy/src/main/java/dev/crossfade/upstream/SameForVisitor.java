package dev.crossfade.upstream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The same endpoint for the same key, as long as it is well and not overloaded: consistent hashing
 * with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2018). Nobody gets more than a quarter above
 * its share of the requests under way; what is beyond goes to the owner of the next place, which is
 * another for every key, so that the load of one that is gone is spread over all others.
 */
final class SameForVisitor implements Balancer {
  /** Above its share: 5/4. */
  private static final int BOUND = 5;

  private static final int BOUND_OF = 4;

  private final Members members;
  private final HashTable table;
  private final boolean slow;
  private final Turns turns;
  private final long weights;

  /** Members by their places among all endpoints; -1 for those that are none. */
  private final int[] memberAt;

  SameForVisitor(Members members, HashTable table, boolean slow, Turns turns) {
    this.members = members;
    this.table = table;
    this.slow = slow;
    this.turns = turns;
    long sum = 0;
    int last = -1;
    for (int i = 0; i < members.size(); i++) {
      sum += members.weights()[i];
      last = Math.max(last, members.places()[i]);
    }
    weights = sum;
    memberAt = new int[last + 1];
    Arrays.fill(memberAt, -1);
    for (int i = 0; i < members.size(); i++) {
      memberAt[members.places()[i]] = i;
    }
  }

  @Override
  public @Nullable Endpoint pick(Wanted wanted) {
    if (wanted.key < 0 || members.size() < 2) {
      return turns.pick(wanted);
    }
    long underWay = 1;
    for (Endpoint endpoint : members.endpoints()) {
      underWay += endpoint.inFlight();
    }
    int place = HashTable.place(wanted.key);
    int steps = 16 * members.size();
    for (int i = 0; i < steps; i++) {
      int owner = table.owner(place + i);
      int at = owner < memberAt.length ? memberAt[owner] : -1;
      if (at >= 0) {
        Endpoint endpoint = members.endpoints()[at];
        if (wanted.takes(endpoint)
            && hasRoom(endpoint, members.weights()[at], underWay)
            && !Balancer.withheld(slow, endpoint, (int) HashTable.mix(wanted.key))) {
          return endpoint;
        }
      }
    }
    return turns.pick(wanted);
  }

  /** Whether one more leaves it within its bound, rounded up. */
  private boolean hasRoom(Endpoint endpoint, int weight, long underWay) {
    long most = (BOUND * underWay * weight + BOUND_OF * weights - 1) / (BOUND_OF * weights);
    return endpoint.inFlight() < most;
  }
}
