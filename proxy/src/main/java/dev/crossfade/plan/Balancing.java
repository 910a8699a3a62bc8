package dev.crossfade.plan;

import java.time.Duration;

/**
 * How requests are spread over the endpoints of a side.
 *
 * @param slowStart how long an endpoint that came back takes to get its whole share; zero for at
 *     once
 */
public record Balancing(Way way, Duration slowStart) {
  /** Least requests, and no slow start. */
  public static final Balancing DEFAULT = new Balancing(Way.LEAST_REQUESTS, Duration.ZERO);

  /**
   * @throws IllegalArgumentException if the slow start is negative
   */
  public Balancing {
    if (slowStart.isNegative()) {
      throw new IllegalArgumentException("A slow start can't take " + slowStart + ".");
    }
  }

  /** Which endpoint is next. */
  public enum Way {
    /** The one with fewer requests under way, of the one whose turn it is and a random one. */
    LEAST_REQUESTS,
    /** In turn, as often as weights say, and evenly mixed. */
    ROUND_ROBIN,
    /** The same one for the same visitor, as long as it is well. */
    HASH
  }
}
