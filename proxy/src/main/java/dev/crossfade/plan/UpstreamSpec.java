package dev.crossfade.plan;

import dev.crossfade.split.Side;
import java.util.List;
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
   * @throws IllegalArgumentException if there is no endpoint
   */
  public UpstreamSpec {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "The upstream " + side.label() + " needs at least one endpoint.");
    }
  }
}
