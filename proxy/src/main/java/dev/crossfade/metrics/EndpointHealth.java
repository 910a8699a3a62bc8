package dev.crossfade.metrics;

import dev.crossfade.split.Side;
import dev.crossfade.upstream.UpstreamView;
import dev.crossfade.upstream.UpstreamView.EndpointView;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.HashSet;
import java.util.Set;

/**
 * {@code crossfade_upstream_healthy}: the endpoints as they are configured at the moment of the
 * scrape, which a reload may change.
 */
record EndpointHealth(UpstreamView upstreams) implements Collector {
  private static final String NAME = "crossfade_upstream_healthy";

  @Override
  public MetricSnapshot collect() {
    GaugeSnapshot.Builder family =
        GaugeSnapshot.builder().name(NAME).help("Whether an endpoint is healthy.");
    for (Side side : Side.values()) {
      Set<String> seen = new HashSet<>(); // an address configured twice is one series
      for (EndpointView endpoint : upstreams.endpoints(side)) {
        if (seen.add(endpoint.address())) {
          family.dataPoint(
              GaugeDataPointSnapshot.builder()
                  .labels(Labels.of("variant", side.label(), "endpoint", endpoint.address()))
                  .value(endpoint.healthy() ? 1 : 0)
                  .build());
        }
      }
    }
    return family.build();
  }
}
