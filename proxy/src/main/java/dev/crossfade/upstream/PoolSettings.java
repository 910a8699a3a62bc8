package dev.crossfade.upstream;

import java.time.Duration;
import java.util.List;

/**
 * Connections to the upstreams.
 *
 * @param connectTimeout for a connection to be made
 * @param idleTimeout how long an unused connection is kept; should be shorter than the origin's
 * @param idlePerEndpoint most unused connections kept to an endpoint, for each event loop
 * @param maxAge of a connection; it is used no more after a request that ends later. Zero for none
 * @param requestsPerConnection that a connection carries at most, 0 for no limit
 * @param names how names are looked up
 */
public record PoolSettings(
    Duration connectTimeout,
    Duration idleTimeout,
    int idlePerEndpoint,
    Duration maxAge,
    int requestsPerConnection,
    Names names) {

  /**
   * How names of endpoints are looked up.
   *
   * @param servers {@code host:port} of name servers, asked in turn; empty for the system's
   * @param timeout of a question to one of them
   */
  public record Names(List<String> servers, Duration timeout) {
    /**
     * @throws IllegalArgumentException if the timeout is not above zero
     */
    public Names {
      servers = List.copyOf(servers);
      requirePositive("timeout of name servers", timeout);
    }
  }

  /** Connections of any age, and the system's name servers. */
  public PoolSettings(Duration connectTimeout, Duration idleTimeout, int idlePerEndpoint) {
    this(
        connectTimeout,
        idleTimeout,
        idlePerEndpoint,
        Duration.ZERO,
        0,
        new Names(List.of(), Duration.ofSeconds(2)));
  }

  /**
   * @throws IllegalArgumentException if a timeout is not above zero, the age or a count negative
   */
  public PoolSettings {
    requirePositive("connect timeout", connectTimeout);
    requirePositive("idle timeout", idleTimeout);
    if (idlePerEndpoint < 0) {
      throw new IllegalArgumentException(
          "The unused connections kept to an endpoint are 0 or more, not " + idlePerEndpoint + ".");
    }
    if (maxAge.isNegative() || requestsPerConnection < 0) {
      throw new IllegalArgumentException(
          "A connection's age and its requests are limited by 0 or more.");
    }
  }

  private static void requirePositive(String what, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "The " + what + " must be above zero, but it is " + timeout + ".");
    }
  }
}
