package dev.crossfade.forward;

import org.jspecify.annotations.Nullable;

/**
 * Pages of the operator's own in the place of the proxy's, for clients that accept HTML. Each is
 * HTML in UTF-8, or null for none. They are not copied, and not to be changed.
 *
 * @param maintenance for a side in maintenance (503)
 * @param frozen for what can't be written while writes are frozen (503)
 * @param unavailable for too many visitors or no endpoint (503)
 * @param broken for an upstream that failed or took too long (502, 504)
 * @param error for all else, and for those two where they have none
 */
public record OwnPages(
    byte @Nullable [] maintenance,
    byte @Nullable [] frozen,
    byte @Nullable [] unavailable,
    byte @Nullable [] broken,
    byte @Nullable [] error) {
  /** Only the proxy's own. */
  public static final OwnPages NONE = new OwnPages(null, null, null, null, null);

  /** The page for a failure; null for the proxy's own. */
  byte @Nullable [] of(ProxyFailure failure) {
    return switch (failure) {
      case MAINTENANCE -> maintenance;
      case FROZEN -> frozen;
      case CAPACITY, NO_ENDPOINT, OVERLOADED -> unavailable == null ? error : unavailable;
      case CONNECT_FAILED, CONNECT_TIMEOUT, UPSTREAM_RESET, UPSTREAM_PROTOCOL, UPSTREAM_TIMEOUT ->
          broken == null ? error : broken;
      default -> error;
    };
  }
}
