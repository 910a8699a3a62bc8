package dev.crossfade.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A GET that every endpoint is asked from time to time, and what a good answer is.
 *
 * @param path with its query, beginning with a slash
 * @param host value of Host; null for the endpoint's address
 * @param interval between two probes of one endpoint, on average
 * @param timeout from the connect to the whole answer
 * @param leastStatus of a good answer
 * @param mostStatus of a good answer
 * @param body what a good answer's body has in it, null for anything; the first 64 KiB are searched
 * @param rise good answers in a row until the endpoint is used again
 * @param fall bad ones in a row until it is used no more
 */
public record Probe(
    String path,
    @Nullable String host,
    Duration interval,
    Duration timeout,
    int leastStatus,
    int mostStatus,
    @Nullable String body,
    int rise,
    int fall) {

  /**
   * @throws IllegalArgumentException if the path has no slash in front, a time is not above zero, a
   *     count below 1, or the statuses are no range of final ones
   */
  public Probe {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("A probe's path begins with a slash.");
    }
    requirePositive("interval", interval);
    requirePositive("timeout", timeout);
    if (leastStatus < 200 || mostStatus > 599 || leastStatus > mostStatus) {
      throw new IllegalArgumentException(
          "A probe expects statuses from 200 to 599, not " + leastStatus + "-" + mostStatus + ".");
    }
    if (rise < 1 || fall < 1) {
      throw new IllegalArgumentException("A probe's rise and fall are at least 1.");
    }
  }

  private static void requirePositive(String what, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "A probe's " + what + " must be above zero, but it is " + time + ".");
    }
  }
}
