package dev.crossfade.admin;

import dev.crossfade.metrics.SideTotals;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * The traffic of the last five minutes, a moment for each second. Rates and latency are those of
 * the five seconds before a moment: one second of little traffic would say next to nothing.
 * Confined to one thread.
 */
final class RecentTraffic {
  /** How many moments are kept. */
  static final int KEPT = 300;

  private static final int SECONDS_OF_A_MOMENT = 5;
  private static final int SECONDS_OF_THE_SHARE = 60;

  /** What both sides have answered up to a second. */
  private record Second(long nanos, SideTotals oldSide, SideTotals newSide) {}

  private final Deque<Second> seconds = new ArrayDeque<>();
  private final Deque<Moment> moments = new ArrayDeque<>();
  private OptionalDouble shareSeen = OptionalDouble.empty();

  /**
   * Both sides at a moment.
   *
   * @param threshold in force, percentage × 100
   */
  record Moment(Instant at, int threshold, SideTraffic oldSide, SideTraffic newSide) {}

  /**
   * One side at a moment.
   *
   * @param requests a second
   * @param errors a second: answers with a status of 500 and above
   * @param closed a second: those of them that maintenance and freeze have asked for
   * @param medianSeconds in which half of them were answered; this and the next are empty where
   *     there was no request
   * @param p99Seconds in which 99 of 100 were answered
   */
  record SideTraffic(
      double requests,
      double errors,
      double closed,
      OptionalDouble medianSeconds,
      OptionalDouble p99Seconds) {
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;

    static final SideTraffic NONE =
        new SideTraffic(0, 0, 0, OptionalDouble.empty(), OptionalDouble.empty());

    static SideTraffic of(SideTotals between, double seconds) {
      return new SideTraffic(
          between.requests() / seconds,
          between.errors() / seconds,
          between.closed() / seconds,
          between.secondsOf(MEDIAN),
          between.secondsOf(P99));
    }
  }

  /** Takes what both sides have answered so far; to be called once a second. */
  Moment add(Instant at, long nanos, int threshold, SideTotals oldSide, SideTotals newSide) {
    Second now = new Second(nanos, oldSide, newSide);
    seconds.addLast(now);
    while (nanos - seconds.getFirst().nanos > TimeUnit.SECONDS.toNanos(SECONDS_OF_THE_SHARE)) {
      seconds.removeFirst();
    }
    shareSeen = shareOfNew(seconds.getFirst(), now);
    Moment moment = moment(at, threshold, before(nanos), now);
    moments.addLast(moment);
    if (moments.size() > KEPT) {
      moments.removeFirst();
    }
    return moment;
  }

  /** The oldest second that a moment still looks back on. */
  private Second before(long nanos) {
    for (Second second : seconds) {
      if (nanos - second.nanos <= TimeUnit.SECONDS.toNanos(SECONDS_OF_A_MOMENT)) {
        return second;
      }
    }
    return seconds.getLast();
  }

  private static Moment moment(Instant at, int threshold, Second before, Second now) {
    double seconds = (now.nanos - before.nanos) / (double) TimeUnit.SECONDS.toNanos(1);
    if (seconds <= 0) {
      return new Moment(at, threshold, SideTraffic.NONE, SideTraffic.NONE);
    }
    return new Moment(
        at,
        threshold,
        SideTraffic.of(now.oldSide.since(before.oldSide), seconds),
        SideTraffic.of(now.newSide.since(before.newSide), seconds));
  }

  private static OptionalDouble shareOfNew(Second before, Second now) {
    long toNew = now.newSide.since(before.newSide).requests();
    long all = toNew + now.oldSide.since(before.oldSide).requests();
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(toNew / (double) all);
  }

  /** The share of new in the requests of the last minute, 0 … 1; empty if there was none. */
  OptionalDouble shareSeen() {
    return shareSeen;
  }

  /** The moments after that one, oldest first. */
  List<Moment> after(Instant earlier) {
    return moments.stream().filter(moment -> moment.at().isAfter(earlier)).toList();
  }
}
