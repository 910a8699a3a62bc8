package dev.crossfade.plan;

import java.time.Duration;

/**
 * How much a side is given at a time. What is beyond is answered with 503 at once, rather than kept
 * waiting without end.
 *
 * @param requests under way on the side, 0 for no limit
 * @param connections to an endpoint, 0 for no limit
 * @param waiting requests that may wait for a connection to an endpoint that has all it may have
 * @param waitingTime how long at most
 */
public record Limits(int requests, int connections, int waiting, Duration waitingTime) {
  /** As in a configuration that says nothing of it. */
  public static final Limits NONE = new Limits(0, 0, 100, Duration.ofSeconds(5));

  /**
   * @throws IllegalArgumentException if a number is negative or the time not above zero
   */
  public Limits {
    if (requests < 0 || connections < 0 || waiting < 0) {
      throw new IllegalArgumentException("A limit of an upstream is 0 or more.");
    }
    if (waitingTime.isNegative() || waitingTime.isZero()) {
      throw new IllegalArgumentException(
          "The waiting time must be above zero, but it is " + waitingTime + ".");
    }
  }
}
