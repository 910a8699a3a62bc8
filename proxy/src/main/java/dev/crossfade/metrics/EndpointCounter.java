package dev.crossfade.metrics;

import dev.crossfade.split.Side;
import dev.crossfade.upstream.UpstreamView;
import dev.crossfade.upstream.UpstreamView.EndpointView;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.function.ToLongFunction;

/**
 * Something counted for each endpoint, as they are configured at the moment of the scrape.
 *
 * @param name without {@code _total}
 */
record EndpointCounter(
    UpstreamView upstreams, String name, String help, ToLongFunction<EndpointView> count)
    implements Collector {

  @Override
  public MetricSnapshot collect() {
    CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
    for (Side side : Side.values()) {
      for (EndpointView endpoint : upstreams.endpoints(side)) {
        family.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(Labels.of("variant", side.label(), "endpoint", endpoint.address()))
                .value((double) count.applyAsLong(endpoint))
                .build());
      }
    }
    return family.build();
  }
}
