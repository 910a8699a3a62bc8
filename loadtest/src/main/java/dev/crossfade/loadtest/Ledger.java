package dev.crossfade.loadtest;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What reached the origins, by request id. Both origins write, from any thread. */
final class Ledger {

  /** One arrival of a request at an origin. */
  static final class Arrival {
    private final Side side;
    private final long at;
    private volatile long bodyHash = UNFINISHED;

    private Arrival(Side side, long at) {
      this.side = side;
      this.at = at;
    }

    Side side() {
      return side;
    }

    /** Nanoseconds of {@link System#nanoTime} at the end of the request's head. */
    long at() {
      return at;
    }

    /** {@link Payload#hash} of the body, {@link #UNFINISHED} while its end has not come. */
    long bodyHash() {
      return bodyHash;
    }

    void bodyEnded(long hash) {
      bodyHash = hash;
    }
  }

  /** No hash is negative. */
  static final long UNFINISHED = -1;

  private final Map<String, Collection<Arrival>> arrivals = new ConcurrentHashMap<>();

  Arrival arrived(String id, Side side, long at) {
    Arrival arrival = new Arrival(side, at);
    arrivals.computeIfAbsent(id, key -> new ConcurrentLinkedQueue<>()).add(arrival);
    return arrival;
  }

  /** The arrivals of a request: none, one, or more where it was doubled. */
  List<Arrival> of(String id) {
    return List.copyOf(arrivals.getOrDefault(id, Set.of()));
  }

  /** All ids that ever arrived, those included that nobody sent. */
  Set<String> ids() {
    return arrivals.keySet();
  }
}
