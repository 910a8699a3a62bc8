package dev.crossfade.metrics;

import dev.crossfade.split.Side;
import dev.crossfade.upstream.UpstreamView;
import dev.crossfade.upstream.UpstreamView.EndpointView;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What is told of endpoints, as they are configured at the moment of the scrape, which a reload may
 * change. All from one look at them: there may be hundreds.
 *
 * @param upstreams looked at once a scrape
 */
record EndpointMetrics(UpstreamView upstreams) implements MultiCollector {
  private static final String HEALTHY = "crossfade_upstream_healthy";
  private static final String CHANGES = "crossfade_upstream_health_changes";
  private static final String EJECTIONS = "crossfade_upstream_ejections";
  private static final String FAILED_PROBES = "crossfade_upstream_failed_probes";
  private static final String AVAILABLE = "crossfade_upstream_available";
  private static final String CONNECTIONS = "crossfade_upstream_connections";
  private static final String WAITING = "crossfade_upstream_waiting_requests";

  @Override
  public MetricSnapshots collect() {
    GaugeSnapshot.Builder healthy = gauge(HEALTHY, "Whether an endpoint is healthy.");
    CounterSnapshot.Builder changes =
        counter(CHANGES, "How often an endpoint became healthy, or ceased to be.");
    CounterSnapshot.Builder ejections =
        counter(EJECTIONS, "How often an endpoint was left out for its answers.");
    CounterSnapshot.Builder failedProbes =
        counter(FAILED_PROBES, "Probes of an endpoint that failed.");
    GaugeSnapshot.Builder available =
        gauge(AVAILABLE, "Whether a version has an endpoint that is ready and healthy.");
    GaugeSnapshot.Builder connections = gauge(CONNECTIONS, "Connections to the applications.");
    GaugeSnapshot.Builder waiting =
        gauge(WAITING, "Requests that wait for a connection to an endpoint.");
    for (Side side : Side.values()) {
      List<EndpointView> endpoints = upstreams.endpoints(side);
      Labels variant = Labels.of("variant", side.label());
      for (EndpointView endpoint : endpoints) {
        Labels labels = Labels.of("variant", side.label(), "endpoint", endpoint.address());
        healthy.dataPoint(point(labels, endpoint.healthy() ? 1 : 0));
        changes.dataPoint(count(labels, endpoint.condition().changes()));
        ejections.dataPoint(count(labels, endpoint.condition().ejections()));
        failedProbes.dataPoint(count(labels, endpoint.condition().failedProbes()));
      }
      available.dataPoint(point(variant, upstreams.available(side) ? 1 : 0));
      connections.dataPoint(
          point(
              Labels.of("variant", side.label(), "state", "active"),
              sum(endpoints, EndpointView::active)));
      connections.dataPoint(
          point(
              Labels.of("variant", side.label(), "state", "idle"),
              sum(endpoints, EndpointView::idle)));
      waiting.dataPoint(point(variant, sum(endpoints, endpoint -> endpoint.condition().waiting())));
    }
    return MetricSnapshots.of(
        healthy.build(),
        changes.build(),
        ejections.build(),
        failedProbes.build(),
        available.build(),
        connections.build(),
        waiting.build());
  }

  private static int sum(List<EndpointView> endpoints, ToIntFunction<EndpointView> of) {
    return endpoints.stream().mapToInt(of).sum();
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }

  private static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(name).help(help);
  }

  private static GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static CounterDataPointSnapshot count(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }
}
