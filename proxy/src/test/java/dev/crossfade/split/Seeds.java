package dev.crossfade.split;

import java.util.Random;

/** Randomness of a test that can be had again: {@code -Dcrossfade.seed=N} with the seed printed. */
public final class Seeds {
  private Seeds() {}

  /** A generator whose seed is printed under the name of the test. */
  public static Random random(String test) {
    Long given = Long.getLong("crossfade.seed");
    long seed = given != null ? given : System.nanoTime();
    System.out.println(test + ": -Dcrossfade.seed=" + seed);
    return new Random(seed);
  }
}
