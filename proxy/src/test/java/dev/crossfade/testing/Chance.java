package dev.crossfade.testing;

import java.util.Random;

/**
 * What a test by chance draws from, and for how long. Both can be given: {@code -Dseed=…} draws
 * again what a test has failed with, {@code -Dtimes=100} makes it a long run. Safe from any thread.
 */
public final class Chance {
  private static final int TIMES = Integer.getInteger("times", 1);

  private Chance() {}

  /** The seed given, or another one each time; what fails has to name it. */
  public static long seed() {
    return Long.getLong("seed", new Random().nextLong());
  }

  /**
   * How often to draw.
   *
   * @param usual in a run that is one of many tests
   */
  public static int rounds(int usual) {
    return Math.multiplyExact(usual, TIMES);
  }
}
