package dev.crossfade.upstream;

import dev.crossfade.plan.Balancing;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Picks an endpoint for a request. One for each event loop and side, confined to that loop; what it
 * remembers of turns is the loop's own, what it asks of endpoints is common to all.
 */
interface Balancer {
  /** The endpoint whose turn it is; null if none is as it is wanted. */
  @Nullable Endpoint pick(Wanted wanted);

  /**
   * The configured one.
   *
   * @param members the endpoints that may be picked
   */
  static Balancer of(Prepared side, Members members, SplittableRandom random) {
    Balancing balancing = side.spec().balancing();
    boolean slow = !balancing.slowStart().isZero();
    HashTable table = side.table();
    Turns turns = new Turns(members, slow, random);
    return switch (balancing.way()) {
      case LEAST_REQUESTS -> new LeastRequests(members, turns, slow, random);
      case ROUND_ROBIN -> turns;
      case HASH -> table == null ? turns : new SameForVisitor(members, table, slow, turns);
    };
  }

  /** Whether a request is withheld from an endpoint that has come back and is to start slowly. */
  static boolean withheld(boolean slow, Endpoint endpoint, int random) {
    return slow && (random & (Health.WHOLE - 1)) >= endpoint.health().share();
  }
}
