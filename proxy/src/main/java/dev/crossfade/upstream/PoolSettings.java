package dev.crossfade.upstream;

import java.time.Duration;

/**
 * Connections to the upstreams.
 *
 * @param connectTimeout for a connection to be made
 * @param idleTimeout how long an unused connection is kept; should be shorter than the origin's
 * @param idlePerEndpoint most unused connections kept to an endpoint, for each event loop
 */
public record PoolSettings(Duration connectTimeout, Duration idleTimeout, int idlePerEndpoint) {
  /**
   * @throws IllegalArgumentException if a timeout is not above zero or the count is negative
   */
  public PoolSettings {
    requirePositive("connect timeout", connectTimeout);
    requirePositive("idle timeout", idleTimeout);
    if (idlePerEndpoint < 0) {
      throw new IllegalArgumentException(
          "The unused connections kept to an endpoint are 0 or more, not " + idlePerEndpoint + ".");
    }
  }

  private static void requirePositive(String what, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "The " + what + " must be above zero, but it is " + timeout + ".");
    }
  }
}
