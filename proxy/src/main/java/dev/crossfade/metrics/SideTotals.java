package dev.crossfade.metrics;

import java.util.OptionalDouble;

/**
 * What one side has answered up to a moment. The difference of two of them is what came between.
 *
 * @param requests answered
 * @param errors of them, with a status of 500 to 599
 * @param closed of the errors, told that the side is in maintenance or that writes are frozen: as
 *     it was meant
 * @param durations how many took how long, by the buckets of the histogram of request durations;
 *     not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record SideTotals(long requests, long errors, long closed, long[] durations) {

  /** What came since an earlier moment. */
  public SideTotals since(SideTotals before) {
    long[] between = new long[durations.length];
    for (int bucket = 0; bucket < between.length; bucket++) {
      between[bucket] = durations[bucket] - before.durations[bucket];
    }
    return new SideTotals(
        requests - before.requests, errors - before.errors, closed - before.closed, between);
  }

  /**
   * In how many seconds this part of the requests was answered: by a straight line through the
   * bucket that it lies in, as Prometheus does it. Empty if there was no request.
   *
   * @param part 0 … 1
   */
  public OptionalDouble secondsOf(double part) {
    return DurationHistogram.secondsOf(part, durations);
  }
}
