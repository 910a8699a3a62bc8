package dev.crossfade.split;

import java.nio.charset.StandardCharsets;

/**
 * Writes the Set-Cookie value of the affinity cookie (RFC 6265 section 4.1) between a beginning and
 * an end that are made once. Immutable, safe from any thread.
 */
final class AffinitySetCookie {
  private final AffinityCookie cookie;
  private final SplitSettings.Secure secure;
  private final int valueStart;
  private final byte[] plain;
  private final byte[] secured;

  AffinitySetCookie(SplitSettings.Affinity settings, AffinityCookie cookie) {
    this.cookie = cookie;
    this.secure = settings.secure();
    String start = settings.cookie() + "=";
    String whole = start + " ".repeat(AffinityCookie.LENGTH) + attributes(settings);
    this.valueStart = start.length();
    this.plain = whole.getBytes(StandardCharsets.US_ASCII);
    this.secured = (whole + "; Secure").getBytes(StandardCharsets.US_ASCII);
  }

  private static String attributes(SplitSettings.Affinity settings) {
    return "; Path="
        + settings.path()
        + (settings.domain() == null ? "" : "; Domain=" + settings.domain())
        + "; Max-Age="
        + settings.maxAge().toSeconds()
        + (settings.httpOnly() ? "; HttpOnly" : "")
        + switch (settings.sameSite()) {
          case LAX -> "; SameSite=Lax";
          case STRICT -> "; SameSite=Strict";
          case NONE -> "; SameSite=None";
        };
  }

  /**
   * The value for a decision that has a bucket.
   *
   * @param number the visitor's
   * @param tls whether the client came by TLS
   */
  byte[] value(Assignment assignment, int epoch, int number, boolean tls) {
    byte[] value = (isSecure(tls) ? secured : plain).clone();
    cookie.write(assignment.bucket(), assignment.side(), epoch, number, value, valueStart);
    return value;
  }

  private boolean isSecure(boolean tls) {
    return switch (secure) {
      case AUTO -> tls;
      case ALWAYS -> true;
      case NEVER -> false;
    };
  }
}
