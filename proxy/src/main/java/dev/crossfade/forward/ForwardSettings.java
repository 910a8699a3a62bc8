package dev.crossfade.forward;

import java.time.Duration;
import java.util.List;

/**
 * How requests are passed on.
 *
 * @param firstByteTimeout from the request passed on to the first byte of its answer
 * @param betweenBytesTimeout between two reads of an answer
 * @param trustedProxies CIDRs whose forwarded fields are believed
 * @param debugHeaders who gets X-Crossfade-Variant, -Reason and -Bucket
 * @param maxBody most bytes of a request's body, 0 for no limit
 * @param retryAfter what answers with 503 say
 * @param pages what some of them show
 */
public record ForwardSettings(
    Duration firstByteTimeout,
    Duration betweenBytesTimeout,
    List<String> trustedProxies,
    DebugHeaders debugHeaders,
    long maxBody,
    Duration retryAfter,
    OwnPages pages) {

  /**
   * @throws IllegalArgumentException if a timeout is not above zero, the limit negative or the wait
   *     below a second
   */
  public ForwardSettings {
    requirePositive("first byte", firstByteTimeout);
    requirePositive("between bytes", betweenBytesTimeout);
    trustedProxies = List.copyOf(trustedProxies);
    if (maxBody < 0) {
      throw new IllegalArgumentException("The limit of a body is 0 or more, not " + maxBody + ".");
    }
    if (retryAfter.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "Retry-After is a second or more, but it is " + retryAfter + ".");
    }
  }

  private static void requirePositive(String what, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "The timeout " + what + " must be above zero, but it is " + timeout + ".");
    }
  }

  /** Who gets the debug headers. */
  public enum DebugHeaders {
    /** Requests with a valid upgrade cookie. */
    UPGRADE,
    ALWAYS,
    OFF
  }
}
