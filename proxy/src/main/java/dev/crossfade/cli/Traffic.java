package dev.crossfade.cli;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the metrics say about both sides at one moment.
 *
 * @param nanoTime when
 */
record Traffic(long nanoTime, Counters oldSide, Counters newSide) {
  private static final Pattern BOUND =
      Pattern.compile("[{,]le=\"(\\+Inf|[0-9.]+(?:[eE][+-]?[0-9]+)?)\"");

  /**
   * What only ever grows.
   *
   * @param requests answered
   * @param errors answered with a status of 500 or more
   * @param timed requests whose duration is known
   * @param seconds the sum of their durations
   * @param within by a duration in seconds, how many took no longer
   */
  record Counters(
      double requests,
      double errors,
      double timed,
      double seconds,
      NavigableMap<Double, Double> within) {}

  /**
   * What happened on one side between two moments.
   *
   * @param requests a second
   * @param errors a second
   * @param meanMillis of a request; 0 where there was none
   * @param p99Millis in which 99 of 100 were answered, as near as the histogram tells; 0 where
   *     there was none
   */
  record Rates(double requests, double errors, double meanMillis, double p99Millis) {
    private static final double P99 = 0.99;

    static Rates between(Counters before, Counters after, double seconds) {
      double timed = grown(before.timed, after.timed);
      return new Rates(
          grown(before.requests, after.requests) / seconds,
          grown(before.errors, after.errors) / seconds,
          timed == 0 ? 0 : grown(before.seconds, after.seconds) / timed * 1000,
          p99(before, after) * 1000);
    }

    /** By a straight line through the bucket that it lies in, as Prometheus does. */
    private static double p99(Counters before, Counters after) {
      if (after.within.isEmpty()) {
        return 0;
      }
      double all = within(before, after, after.within.lastKey());
      double lower = 0;
      double below = 0;
      for (double upper : after.within.keySet()) {
        double upToHere = within(before, after, upper);
        if (all > 0 && upToHere >= P99 * all) {
          return Double.isInfinite(upper)
              ? lower
              : lower + (upper - lower) * (P99 * all - below) / (upToHere - below);
        }
        lower = upper;
        below = upToHere;
      }
      return 0;
    }

    private static double within(Counters before, Counters after, double seconds) {
      return grown(
          before.within.getOrDefault(seconds, 0.0), after.within.getOrDefault(seconds, 0.0));
    }

    /** A counter that fell began anew, as after a restart. */
    private static double grown(double before, double after) {
      return after >= before ? after - before : after;
    }
  }

  /** Reads Prometheus text. */
  static Traffic parse(String metrics, long nanoTime) {
    return new Traffic(nanoTime, counters(metrics, "old"), counters(metrics, "new"));
  }

  /** The old side since an earlier moment. */
  Rates oldSince(Traffic before) {
    return Rates.between(before.oldSide, oldSide, secondsSince(before));
  }

  /** The new side since an earlier moment. */
  Rates newSince(Traffic before) {
    return Rates.between(before.newSide, newSide, secondsSince(before));
  }

  private double secondsSince(Traffic before) {
    return (nanoTime - before.nanoTime) / 1e9;
  }

  private static Counters counters(String metrics, String side) {
    String variant = "variant=\"" + side + '"';
    double requests = 0;
    double errors = 0;
    double timed = 0;
    double seconds = 0;
    NavigableMap<Double, Double> within = new TreeMap<>();
    for (String line : metrics.lines().toList()) {
      if (!line.contains(variant)) {
        continue;
      }
      if (line.startsWith("crossfade_requests_total{")) {
        requests += value(line);
        errors += line.contains("code=\"5") ? value(line) : 0;
      } else if (line.startsWith("crossfade_request_duration_seconds_count{")) {
        timed += value(line);
      } else if (line.startsWith("crossfade_request_duration_seconds_sum{")) {
        seconds += value(line);
      } else if (line.startsWith("crossfade_request_duration_seconds_bucket{")) {
        Matcher bound = BOUND.matcher(line);
        if (bound.find()) {
          within.put(
              bound.group(1).equals("+Inf")
                  ? Double.POSITIVE_INFINITY
                  : Double.parseDouble(bound.group(1)),
              value(line));
        }
      }
    }
    return new Counters(requests, errors, timed, seconds, within);
  }

  private static double value(String line) {
    String value = line.substring(line.lastIndexOf('}') + 1).strip();
    int timestamp = value.indexOf(' ');
    try {
      return Double.parseDouble(timestamp < 0 ? value : value.substring(0, timestamp));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
