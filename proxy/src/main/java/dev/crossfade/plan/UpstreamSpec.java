package dev.crossfade.plan;

import dev.crossfade.split.Side;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One side's application as configured.
 *
 * @param endpoints addresses, at least one: {@code host:port}, {@code [v6]:port} or {@code
 *     unix:/path}
 * @param host value of Host towards the upstream, absent to pass on the client's
 */
public record UpstreamSpec(Side side, List<String> endpoints, @Nullable String host) {
  /**
   * @throws IllegalArgumentException if there is no endpoint, one stands twice, or the host is
   *     blank
   */
  public UpstreamSpec {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "The upstream " + side.label() + " needs at least one endpoint.");
    }
    if (Set.copyOf(endpoints).size() < endpoints.size()) {
      throw new IllegalArgumentException(
          "The upstream " + side.label() + " names an endpoint twice.");
    }
    if (host != null && host.isBlank()) {
      throw new IllegalArgumentException("The host of " + side.label() + " is blank.");
    }
  }
}
