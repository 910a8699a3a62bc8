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
 */
public record ForwardSettings(
    Duration firstByteTimeout,
    Duration betweenBytesTimeout,
    List<String> trustedProxies,
    DebugHeaders debugHeaders,
    long maxBody,
    Duration retryAfter) {

  /** Who gets the debug headers. */
  public enum DebugHeaders {
    /** Requests with a valid upgrade cookie. */
    UPGRADE,
    ALWAYS,
    OFF
  }
}
