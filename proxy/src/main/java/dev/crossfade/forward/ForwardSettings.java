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
 * @param trace whether requests without a trace get one
 */
public record ForwardSettings(
    Duration firstByteTimeout,
    Duration betweenBytesTimeout,
    List<String> trustedProxies,
    DebugHeaders debugHeaders,
    long maxBody,
    Duration retryAfter,
    OwnPages pages,
    Trace trace) {

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

  /** The same with traces passed on as they come. */
  public ForwardSettings(
      Duration firstByteTimeout,
      Duration betweenBytesTimeout,
      List<String> trustedProxies,
      DebugHeaders debugHeaders,
      long maxBody,
      Duration retryAfter,
      OwnPages pages) {
    this(
        firstByteTimeout,
        betweenBytesTimeout,
        trustedProxies,
        debugHeaders,
        maxBody,
        retryAfter,
        pages,
        Trace.OFF);
  }

  private static void requirePositive(String what, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "The timeout " + what + " must be above zero, but it is " + timeout + ".");
    }
  }

  /**
   * What becomes of requests that come without a valid traceparent (W3C Trace Context).
   *
   * @param make whether they get one; else whatever came is passed on as it is
   * @param sampled share of those made that say that the trace is recorded, in hundredths of a
   *     percent
   */
  public record Trace(boolean make, int sampled) {
    /** Passes on what comes. */
    public static final Trace OFF = new Trace(false, 10_000);

    /**
     * @throws IllegalArgumentException if the share is not 0 … 10,000
     */
    public Trace {
      if (sampled < 0 || sampled > 10_000) {
        throw new IllegalArgumentException(
            "The share of recorded traces is 0 to 10000, not " + sampled + ".");
      }
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
