package dev.crossfade.loadtest;

import java.util.ArrayList;
import java.util.List;

/** Which threshold was in force when. Written by the one who makes the changes, read afterwards. */
final class Timeline {

  /**
   * A change as it is seen from outside: it took effect at some moment between the call and its
   * answer.
   *
   * @param threshold percentage × 100 from here on
   * @param sent nanoseconds of {@link System#nanoTime}
   * @param answered nanoseconds, not before {@code sent}
   * @param rollback whether it was one
   */
  record Change(int threshold, long sent, long answered, boolean rollback) {
    String name() {
      return rollback ? "rollback" : threshold / 100 + " %";
    }
  }

  /** The least and the greatest threshold that may have decided a request. */
  record Thresholds(int lowest, int highest) {}

  private final List<Change> changes = new ArrayList<>();

  void add(Change change) {
    changes.add(change);
  }

  List<Change> changes() {
    return List.copyOf(changes);
  }

  /**
   * The thresholds that may have decided a request that began and was decided within this time. The
   * state before the first change is unknown, so requests begin after it.
   *
   * @param from nanoseconds, when the request began
   * @param to nanoseconds, when it was surely decided
   */
  Thresholds between(long from, long to) {
    int lowest = BucketRange.BUCKETS;
    int highest = 0;
    for (int i = 0; i < changes.size(); i++) {
      if (mayHaveDecided(i, from, to)) {
        lowest = Math.min(lowest, changes.get(i).threshold());
        highest = Math.max(highest, changes.get(i).threshold());
      }
    }
    if (lowest > highest) {
      throw new IllegalArgumentException("A request began before the first change");
    }
    return new Thresholds(lowest, highest);
  }

  /** The last change that had been answered when a request began; -1 if none. */
  int surelyAfter(long from) {
    int last = -1;
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i).answered() - from <= 0) {
        last = i;
      }
    }
    return last;
  }

  private boolean mayHaveDecided(int i, long from, long to) {
    boolean begun = changes.get(i).sent() - to <= 0;
    boolean over = i + 1 < changes.size() && changes.get(i + 1).answered() - from < 0;
    return begun && !over;
  }
}
