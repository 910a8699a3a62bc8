package dev.crossfade.metrics;

import dev.crossfade.split.Side;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/**
 * Durations of both sides, in buckets from a millisecond to a minute.
 *
 * <p>Not a Micrometer timer: besides the bucket, a timer keeps a count, a total and a decaying
 * maximum, for which it reads the clock again with every call. Two additions are all that is needed
 * here; the count is the sum of the buckets, so that it and the last bucket can never differ within
 * one scrape.
 */
final class DurationHistogram implements Collector {
  private static final double[] SECONDS = {
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    Double.POSITIVE_INFINITY
  };
  private static final long[] NANOS = nanos();

  private final String name;
  private final String help;
  private final LongAdder[][] buckets = new LongAdder[Side.values().length][NANOS.length];
  private final LongAdder[] totals = new LongAdder[Side.values().length];

  DurationHistogram(String name, String help) {
    this.name = name;
    this.help = help;
    for (int side = 0; side < totals.length; side++) {
      totals[side] = new LongAdder();
      for (int bucket = 0; bucket < NANOS.length; bucket++) {
        buckets[side][bucket] = new LongAdder();
      }
    }
  }

  private static long[] nanos() {
    long[] nanos = new long[SECONDS.length];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] =
          Double.isInfinite(SECONDS[i])
              ? Long.MAX_VALUE
              : Math.round(SECONDS[i] * TimeUnit.SECONDS.toNanos(1));
    }
    return nanos;
  }

  void record(Side side, long nanos) {
    long duration = Math.max(nanos, 0);
    int bucket = 0;
    while (duration > NANOS[bucket]) {
      bucket++;
    }
    buckets[side.ordinal()][bucket].increment();
    totals[side.ordinal()].add(duration);
  }

  @Override
  public MetricSnapshot collect() {
    HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(name).help(help);
    for (Side side : Side.values()) {
      family.dataPoint(dataPoint(side));
    }
    return family.build();
  }

  /** How many there are in each bucket. */
  long[] counts(Side side) {
    long[] counts = new long[NANOS.length];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      counts[bucket] = buckets[side.ordinal()][bucket].sum();
    }
    return counts;
  }

  /**
   * As {@link SideTotals#secondsOf}; of what is in the last bucket, only where it begins is known.
   */
  static OptionalDouble secondsOf(double part, long[] counts) {
    double wanted = part * LongStream.of(counts).sum();
    double below = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket] > 0 && below + counts[bucket] >= wanted) {
        double lower = bucket == 0 ? 0 : SECONDS[bucket - 1];
        double upper = Double.isInfinite(SECONDS[bucket]) ? lower : SECONDS[bucket];
        return OptionalDouble.of(lower + (upper - lower) * (wanted - below) / counts[bucket]);
      }
      below += counts[bucket];
    }
    return OptionalDouble.empty();
  }

  private HistogramDataPointSnapshot dataPoint(Side side) {
    long[] counts = counts(side);
    double total = totals[side.ordinal()].sum() / (double) TimeUnit.SECONDS.toNanos(1);
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(ClassicHistogramBuckets.of(SECONDS, counts))
        .sum(total)
        .labels(Labels.of("variant", side.label()))
        .build();
  }
}
