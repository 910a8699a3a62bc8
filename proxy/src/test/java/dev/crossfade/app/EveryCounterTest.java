package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.testing.Exposition;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the metrics of the whole proxy count, by real requests. */
class EveryCounterTest {
  private static final int STRANGERS = 10_000;

  /** Of the process, and not of what it was asked. */
  private static final Set<String> OF_TIME =
      Set.of("crossfade_event_loop_busy_seconds", "crossfade_event_loop_lag_seconds");

  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private EveryKindOfTraffic traffic;

  @BeforeEach
  void start() throws Exception {
    traffic = opened.add(EveryKindOfTraffic.start(folder));
  }

  private Map<String, Exposition.Family> scrape() throws IOException {
    return Exposition.openMetrics(metrics());
  }

  private String metrics() throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(traffic.adminPort())) {
      return client
          .request(
              "GET",
              "/metrics",
              List.of(new Field("Accept", "application/openmetrics-text; version=1.0.0")),
              null)
          .body();
    }
  }

  /** Of a histogram its count, which its buckets come down to. */
  private static Map<String, Double> counters(Map<String, Exposition.Family> families) {
    Map<String, Double> counters = new TreeMap<>();
    for (Exposition.Family family : families.values()) {
      boolean ours = family.name().startsWith("crossfade_") && !OF_TIME.contains(family.name());
      if (ours && family.type().equals("counter")) {
        counters.putAll(family.samples());
      } else if (ours && family.type().equals("histogram")) {
        family
            .samples()
            .forEach(
                (series, value) -> {
                  if (series.startsWith(family.name() + "_count")) {
                    counters.put(series, value);
                  }
                });
      }
    }
    return counters;
  }

  /** How often the watch looks after an endpoint is a matter of time, so its owner is asked. */
  private void expectWhatEndpointsWentThrough(Map<String, Double> expected) throws IOException {
    JsonNode sides = new JsonMapper().readTree(traffic.get("/upstreams"));
    for (String side : List.of("old", "new")) {
      for (JsonNode endpoint : sides.path(side).path("endpoints")) {
        String of =
            Exposition.series(
                Map.of("variant", side, "endpoint", endpoint.path("address").asString()));
        double changes = endpoint.path("changes").asDouble();
        double probes = endpoint.path("failed-probes").asDouble();
        expected.put("crossfade_upstream_health_changes_total" + of, changes);
        expected.put("crossfade_upstream_failed_probes_total" + of, probes);
        assertThat(endpoint.path("ejections").asInt()).isZero();
      }
    }
  }

  private static void expectALineForEachRequest(Map<String, Double> expected) {
    double requests = 0;
    for (Map.Entry<String, Double> series : expected.entrySet()) {
      if (series.getKey().startsWith("crossfade_requests_total")) {
        requests += series.getValue();
      }
    }
    expected.put("crossfade_access_log_lines_total{result=\"written\"}", requests);
  }

  /** What is not as expected, and how it is instead; whatever is not expected is zero. */
  private static Map<String, String> differences(
      Map<String, Double> expected, Map<String, Double> counters) {
    Set<String> all = new TreeSet<>(expected.keySet());
    all.addAll(counters.keySet());
    Map<String, String> differences = new TreeMap<>();
    for (String series : all) {
      double wanted = expected.getOrDefault(series, 0.0);
      double is = counters.getOrDefault(series, 0.0);
      if (wanted != is) {
        differences.put(series, is + " instead of " + wanted);
      }
    }
    return differences;
  }

  @Test
  void everyCounterSaysWhatHappenedAndNothingElse() throws Exception {
    assertThat(differences(Map.of(), counters(scrape()))).as("before anything").isEmpty();

    traffic.round();

    await()
        .untilAsserted(
            () -> {
              Map<String, Double> expected = new TreeMap<>(traffic.expected());
              expectWhatEndpointsWentThrough(expected);
              expectALineForEachRequest(expected);
              assertThat(differences(expected, counters(scrape()))).isEmpty();
            });
  }

  @Test
  void theRoundMakesEveryCounterCountButThoseOfLongerTimes() throws Exception {
    traffic.round();
    Map<String, Double> zeros = new TreeMap<>(counters(scrape()));
    zeros.values().removeIf(value -> value > 0);
    zeros
        .keySet()
        .removeIf(
            series ->
                series.startsWith("crossfade_access_log_lines_total")
                    || series.startsWith("crossfade_upstream_ejections_total")
                    || series.startsWith("crossfade_upstream_health_changes_total")
                    || series.startsWith("crossfade_upstream_failed_probes_total"));
    assertThat(zeros.keySet())
        .containsExactlyInAnyOrder(
            "crossfade_learned_evictions_total",
            "crossfade_rule_requests_total{rule=\"unused\"}",
            "crossfade_upstream_failures_total{kind=\"protocol\",variant=\"new\"}",
            "crossfade_upstream_failures_total{kind=\"reset\",variant=\"new\"}",
            "crossfade_upstream_failures_total{kind=\"timeout\",variant=\"new\"}",
            "crossfade_upstream_failures_total{kind=\"connect\",variant=\"old\"}");
  }

  /** Methods, hosts, paths, session, affinity and upgrade cookies that nobody has seen before. */
  private static String strange(int i) {
    String cookies =
        switch (i % 4) {
          case 0 -> "SID=" + i;
          case 1 -> "crossfade=" + i;
          case 2 -> "upgrade=never; odd" + i + "=" + i;
          default -> "c" + i + "=\"" + i;
        };
    return "M"
        + i
        + " /p"
        + i
        + "?q="
        + i
        + " HTTP/1.1\r\nHost: h"
        + i
        + ".example\r\nCookie: "
        + cookies
        + "\r\nUser-Agent: u"
        + i
        + "\r\n\r\n";
  }

  private void sendStrange(PlainHttpClient client, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      client.send(strange(i).getBytes(StandardCharsets.US_ASCII));
      assertThat(client.readAnswer(false).status()).isEqualTo(200);
    }
  }

  @Test
  void strangersAddNoSeriesHoweverOddTheyAre() throws Exception {
    try (PlainHttpClient client = new PlainHttpClient(traffic.port())) {
      sendStrange(client, 0, 8);
      Set<String> before = series();
      sendStrange(client, 8, STRANGERS);
      assertThat(series()).isEqualTo(before);
    }
    assertThat(
            Exposition.samples(scrape()).entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("crossfade_requests_total"))
                .mapToDouble(Map.Entry::getValue)
                .sum())
        .isEqualTo(STRANGERS);
  }

  /** But for the garbage collector's, which come with its first kinds of pauses. */
  private Set<String> series() throws IOException {
    Set<String> series = new TreeSet<>(Exposition.samples(scrape()).keySet());
    series.removeIf(name -> name.startsWith("jvm_gc_"));
    return series;
  }
}
