package dev.crossfade.plan;

import java.time.Duration;

/**
 * When an endpoint is left out for what it answers, and for how long. Never the last healthy one of
 * a side.
 *
 * @param failures failed answers in a row that do it: status 500 and above, resets, timeouts,
 *     broken answers; 0 for never
 * @param behindPeers by how many hundredths of a percent of its answers it must be worse than its
 *     peers together; 0 for never
 * @param time how long the first time; the second twice, the third three times as long, …
 * @param maxTime the longest
 * @param maxShare of a side's endpoints that may be left out at a time, in hundredths of a percent;
 *     one of two or more always may
 */
public record Ejection(
    int failures, int behindPeers, Duration time, Duration maxTime, int maxShare) {
  /** As in a configuration that says nothing of it. */
  public static final Ejection DEFAULT =
      new Ejection(5, 3000, Duration.ofSeconds(30), Duration.ofMinutes(5), 5000);

  private static final int WHOLE = 10_000;

  /**
   * @throws IllegalArgumentException if a count is negative, a share not from 0 to 10,000, or a
   *     time not above zero
   */
  public Ejection {
    if (failures < 0) {
      throw new IllegalArgumentException("Failures in a row are 0 or more, not " + failures + ".");
    }
    if (behindPeers < 0 || behindPeers > WHOLE || maxShare < 0 || maxShare > WHOLE) {
      throw new IllegalArgumentException("A share is from 0 to 100 %.");
    }
    if (time.isNegative() || time.isZero() || maxTime.compareTo(time) < 0) {
      throw new IllegalArgumentException(
          "An ejection takes more than no time, and at most its longest: not "
              + time
              + " and "
              + maxTime
              + ".");
    }
  }
}
