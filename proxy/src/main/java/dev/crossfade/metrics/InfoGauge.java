package dev.crossfade.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/**
 * Facts that do not change while the process lives, as labels of a gauge that is 1. Micrometer
 * would take the {@code _info} off a gauge's name, as the client library keeps that ending for this
 * type.
 *
 * @param name without {@code _info}
 */
record InfoGauge(String name, String help, Labels labels) implements Collector {
  @Override
  public MetricSnapshot collect() {
    return InfoSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
        .build();
  }
}
