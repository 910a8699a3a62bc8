package dev.crossfade.demo;

import java.util.concurrent.ThreadLocalRandom;

/** How long a shop takes over an answer. Safe from any thread. */
@FunctionalInterface
interface Pace {
  /** As fast as it can. */
  Pace AT_ONCE = () -> 0;

  /** For the next answer, in nanoseconds. */
  long nanos();

  /**
   * That of a shop with a database behind it: mostly 20 ms, now and then far more. The new version
   * does a little more for each page, so that the charts of both can be told apart.
   */
  static Pace of(ShopVersion version) {
    double median = version == ShopVersion.OLD ? 20e6 : 28e6;
    return () -> (long) (median * Math.exp(0.45 * ThreadLocalRandom.current().nextGaussian()));
  }
}
