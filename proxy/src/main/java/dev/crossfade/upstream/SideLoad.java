package dev.crossfade.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests a side has under way, over all event loops; counted only where they are
 * limited. Safe from any thread.
 */
final class SideLoad {
  private final AtomicInteger underWay = new AtomicInteger();

  /** Counts one more, unless there are that many. */
  boolean take(int most) {
    if (underWay.incrementAndGet() > most) {
      underWay.decrementAndGet();
      return false;
    }
    return true;
  }

  void giveBack() {
    underWay.decrementAndGet();
  }

  int underWay() {
    return underWay.get();
  }
}
