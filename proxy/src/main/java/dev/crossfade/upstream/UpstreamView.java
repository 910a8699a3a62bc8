package dev.crossfade.upstream;

import dev.crossfade.split.Side;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What metrics and the admin API see of the upstreams. May be called from any thread. */
public interface UpstreamView {
  /** The endpoints of a side in the order of the configuration; a snapshot. */
  List<EndpointView> endpoints(Side side);

  /** Whether at least one endpoint of the side is ready and healthy. */
  boolean available(Side side);

  /**
   * One endpoint at a moment.
   *
   * @param address as configured
   * @param active connections with a request under way
   * @param idle connections kept for the next request
   * @param lastFailure what went wrong last, in words for operators; null if nothing did
   */
  record EndpointView(
      String address,
      boolean healthy,
      int active,
      int idle,
      @Nullable String lastFailure,
      @Nullable Instant lastFailureAt) {}
}
