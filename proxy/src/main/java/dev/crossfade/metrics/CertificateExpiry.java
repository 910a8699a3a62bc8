package dev.crossfade.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code crossfade_certificate_expiry_timestamp_seconds}: when the certificates of listeners
 * expire, as they are at the moment of the scrape; a reload may change them.
 *
 * @param expiries by the listener's address
 */
record CertificateExpiry(Supplier<Map<String, Instant>> expiries) implements Collector {
  @Override
  public MetricSnapshot collect() {
    GaugeSnapshot.Builder family =
        GaugeSnapshot.builder()
            .name("crossfade_certificate_expiry_timestamp_seconds")
            .help("When the first certificate of a listener's chain expires, in Unix time.");
    expiries
        .get()
        .forEach(
            (listener, expiry) ->
                family.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("listener", listener))
                        .value((double) expiry.getEpochSecond())
                        .build()));
    return family.build();
  }
}
