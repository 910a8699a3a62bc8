package dev.crossfade.metrics;

import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.function.Supplier;

/**
 * {@code crossfade_visitors}: both sides in one, since counting them is what takes a scrape
 * longest.
 *
 * @param visitors asked once a scrape
 */
record VisitorGauge(Supplier<SeenVisitors.BySide> visitors) implements Collector {
  @Override
  public MetricSnapshot collect() {
    SeenVisitors.BySide seen = visitors.get();
    GaugeSnapshot.Builder family =
        GaugeSnapshot.builder()
            .name("crossfade_visitors")
            .help("Visitors seen lately, an estimate.");
    for (Side side : Side.values()) {
      family.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(Labels.of("variant", side.label()))
              .value((double) seen.of(side))
              .build());
    }
    return family.build();
  }
}
