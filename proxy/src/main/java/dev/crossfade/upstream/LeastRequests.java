package dev.crossfade.upstream;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Of two endpoints the one with fewer requests under way for its weight: the power of two choices
 * (Mitzenmacher 2001). Looking at two is enough to keep away from a slow one, and unlike looking at
 * all it does not send everybody to the same. The first of the two is the one whose turn it is, so
 * that idle endpoints take turns; the second is a random one.
 */
final class LeastRequests implements Balancer {
  private final Members members;
  private final Turns turns;
  private final boolean slow;
  private final SplittableRandom random;

  LeastRequests(Members members, Turns turns, boolean slow, SplittableRandom random) {
    this.members = members;
    this.turns = turns;
    this.slow = slow;
    this.random = random;
  }

  @Override
  public @Nullable Endpoint pick(Wanted wanted) {
    int place = turns.next(wanted);
    if (place < 0) {
      return null;
    }
    Endpoint first = members.endpoints()[place];
    int inFlight = first.inFlight();
    int second = inFlight == 0 ? -1 : another(wanted, first);
    if (second < 0) {
      return first;
    }
    Endpoint other = members.endpoints()[second];
    long forFirst = (long) inFlight * members.weights()[second];
    long forOther = (long) other.inFlight() * members.weights()[place];
    return forOther < forFirst ? other : first;
  }

  /** A random other one, -1 for none. */
  private int another(Wanted wanted, Endpoint first) {
    int size = members.size();
    int from = random.nextInt(size);
    for (int i = 0; i < size; i++) {
      int at = (from + i) % size;
      Endpoint other = members.endpoints()[at];
      if (other != first
          && wanted.takes(other)
          && !Balancer.withheld(slow, other, random.nextInt())) {
        return at;
      }
    }
    return -1;
  }
}
