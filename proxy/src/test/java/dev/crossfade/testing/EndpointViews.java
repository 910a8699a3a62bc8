package dev.crossfade.testing;

import dev.crossfade.upstream.UpstreamView.Condition;
import dev.crossfade.upstream.UpstreamView.EndpointView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Views of endpoints for those who only show them. */
public final class EndpointViews {
  private EndpointViews() {}

  /** An endpoint of weight 2 that has changed once, with some answers. */
  public static EndpointView of(
      String address,
      boolean healthy,
      int active,
      int idle,
      @Nullable String lastFailure,
      @Nullable Instant lastFailureAt) {
    return new EndpointView(
        address,
        healthy,
        active,
        idle,
        lastFailure,
        lastFailureAt,
        new Condition(
            healthy ? "healthy" : "down", lastFailureAt, 2, List.of("10.0.0.7"), 1, 9, 8, 7, 6, 5));
  }
}
