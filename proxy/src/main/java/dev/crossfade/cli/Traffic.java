package dev.crossfade.cli;

/**
 * What the metrics say about both sides at one moment.
 *
 * @param nanoTime when
 */
record Traffic(long nanoTime, Counters oldSide, Counters newSide) {

  /**
   * What only ever grows.
   *
   * @param requests answered
   * @param errors answered with a status of 500 or more
   * @param timed requests whose duration is known
   * @param seconds the sum of their durations
   */
  record Counters(double requests, double errors, double timed, double seconds) {}

  /**
   * What happened on one side between two moments.
   *
   * @param requests a second
   * @param errors a second
   * @param meanMillis of a request; 0 where there was none
   */
  record Rates(double requests, double errors, double meanMillis) {
    static Rates between(Counters before, Counters after, double seconds) {
      double timed = grown(before.timed, after.timed);
      return new Rates(
          grown(before.requests, after.requests) / seconds,
          grown(before.errors, after.errors) / seconds,
          timed == 0 ? 0 : grown(before.seconds, after.seconds) / timed * 1000);
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
      }
    }
    return new Counters(requests, errors, timed, seconds);
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
