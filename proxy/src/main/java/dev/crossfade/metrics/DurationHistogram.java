package dev.crossfade.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/**
 * Durations by one label whose values are known from the start.
 *
 * <p>Not a Micrometer timer: besides the bucket, a timer keeps a count, a total and a decaying
 * maximum, for which it reads the clock again with every call. Two additions are all that is needed
 * here; the count is the sum of the buckets, so that it and the last bucket can never differ within
 * one scrape.
 */
final class DurationHistogram implements Collector {
  /** Of requests: from a millisecond to a minute. */
  static final double[] REQUESTS = {
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

  /** Of what should take no time at all: from a millisecond to a second. */
  static final double[] LAGS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, Double.POSITIVE_INFINITY
  };

  private final String name;
  private final String help;
  private final double[] bounds;
  private final long[] nanos;
  private final List<Labels> series;
  private final LongAdder[][] buckets;
  private final LongAdder[] totals;

  /**
   * @param bounds of the buckets in seconds, ascending; the last is infinite
   * @param values of the label; durations are recorded by their places
   */
  DurationHistogram(String name, String help, double[] bounds, String label, List<String> values) {
    this.name = name;
    this.help = help;
    this.bounds = bounds;
    this.nanos = nanos(bounds);
    this.series = values.stream().map(value -> Labels.of(label, value)).toList();
    this.buckets = new LongAdder[values.size()][bounds.length];
    this.totals = new LongAdder[values.size()];
    for (int place = 0; place < totals.length; place++) {
      totals[place] = new LongAdder();
      for (int bucket = 0; bucket < bounds.length; bucket++) {
        buckets[place][bucket] = new LongAdder();
      }
    }
  }

  private static long[] nanos(double[] seconds) {
    long[] nanos = new long[seconds.length];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] =
          Double.isInfinite(seconds[i])
              ? Long.MAX_VALUE
              : Math.round(seconds[i] * TimeUnit.SECONDS.toNanos(1));
    }
    return nanos;
  }

  /**
   * @param place of the label's value
   * @param duration in nanoseconds; below zero counts as zero
   */
  void record(int place, long duration) {
    long took = Math.max(duration, 0);
    int bucket = 0;
    while (took > nanos[bucket]) {
      bucket++;
    }
    buckets[place][bucket].increment();
    totals[place].add(took);
  }

  @Override
  public MetricSnapshot collect() {
    HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(name).help(help);
    for (int place = 0; place < totals.length; place++) {
      family.dataPoint(dataPoint(place));
    }
    return family.build();
  }

  /**
   * How many there are in each bucket.
   *
   * @param place of the label's value
   */
  long[] counts(int place) {
    long[] counts = new long[bounds.length];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      counts[bucket] = buckets[place][bucket].sum();
    }
    return counts;
  }

  /**
   * As {@link SideTotals#secondsOf}, by the bounds {@link #REQUESTS}; of what is in the last
   * bucket, only where it begins is known.
   */
  static OptionalDouble secondsOf(double part, long[] counts) {
    double wanted = part * LongStream.of(counts).sum();
    double below = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket] > 0 && below + counts[bucket] >= wanted) {
        double lower = bucket == 0 ? 0 : REQUESTS[bucket - 1];
        double upper = Double.isInfinite(REQUESTS[bucket]) ? lower : REQUESTS[bucket];
        return OptionalDouble.of(lower + (upper - lower) * (wanted - below) / counts[bucket]);
      }
      below += counts[bucket];
    }
    return OptionalDouble.empty();
  }

  private HistogramDataPointSnapshot dataPoint(int place) {
    long[] counts = counts(place);
    double total = totals[place].sum() / (double) TimeUnit.SECONDS.toNanos(1);
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
        .sum(total)
        .labels(series.get(place))
        .build();
  }
}
