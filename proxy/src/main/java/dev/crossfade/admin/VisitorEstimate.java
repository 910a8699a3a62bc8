package dev.crossfade.admin;

/** Who would move, counted over the visitors seen lately. Safe from any thread. */
@FunctionalInterface
public interface VisitorEstimate {
  /**
   * An estimate within five percent.
   *
   * @param from the threshold in force, percentage × 100
   * @param to another threshold
   */
  Moving moving(int from, int to);

  /**
   * Visitors.
   *
   * @param seen lately, in all
   * @param toNew of them, who would move from old to new
   * @param toOld of them, who would move from new to old
   */
  record Moving(long seen, long toNew, long toOld) {}
}
