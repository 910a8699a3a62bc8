package dev.crossfade.forward;

import org.jspecify.annotations.Nullable;

/**
 * Pages of the operator's own in the place of the proxy's, for clients that accept HTML.
 *
 * @param maintenance HTML for a side in maintenance; null for the proxy's own
 * @param frozen HTML for what can't be written while writes are frozen; null for the proxy's own
 */
public record OwnPages(@Nullable String maintenance, @Nullable String frozen) {
  /** Only the proxy's own. */
  public static final OwnPages NONE = new OwnPages(null, null);

  /** The page for a failure; null for the proxy's own. */
  @Nullable String of(ProxyFailure failure) {
    return switch (failure) {
      case MAINTENANCE -> maintenance;
      case FROZEN -> frozen;
      default -> null;
    };
  }
}
