package dev.crossfade.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanFixture;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.telemetry.ExchangeObserver.Protocol;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.Method;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.testing.EndpointViews;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.UpstreamView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final UpstreamView UPSTREAMS =
      new UpstreamView() {
        @Override
        public List<EndpointView> endpoints(Side side) {
          return side == Side.OLD
              ? List.of(
                  EndpointViews.of("127.0.0.1:8081", true, 3, 4, null, null),
                  EndpointViews.of("127.0.0.1:8083", false, 5, 6, null, null))
              : List.of(EndpointViews.of("unix:/run/new.sock", true, 1, 2, null, null));
        }

        @Override
        public boolean available(Side side) {
          return true;
        }
      };

  private final Metrics metrics =
      new Metrics(
          new Metrics.About("1.2.3", "17.0.1", "epoll"),
          () -> PlanFixture.plan(PlanFixture.state(7, 3333)),
          () -> true,
          side -> side == Side.OLD ? 120 : 30);

  private final LearnedSessions learned =
      new LearnedSessions(new SplitSettings.Learned(2, Duration.ofHours(1)), Ticker.system());

  @BeforeEach
  void watch() {
    metrics.watch(UPSTREAMS);
    metrics.watch(learned);
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private record Outcome(
      @Nullable Side side,
      @Nullable Reason reason,
      Method method,
      int status,
      long durationNanos,
      long upstreamNanos,
      boolean retried,
      boolean firstAssignment,
      @Nullable Side movedFrom,
      @Nullable RejectCause rejected)
      implements ExchangeOutcome {

    static Outcome of(@Nullable Side side, @Nullable Reason reason, Method method, int status) {
      return new Outcome(side, reason, method, status, 1, 1, false, false, null, null);
    }

    Outcome taking(Duration whole, long upstream) {
      return new Outcome(
          side,
          reason,
          method,
          status,
          whole.toNanos(),
          upstream,
          retried,
          firstAssignment,
          movedFrom,
          rejected);
    }
  }

  @Test
  void theTotalsOfASideAreThoseOfItsCounters() {
    metrics.onExchange(
        Outcome.of(Side.OLD, Reason.BUCKET, Method.GET, 200).taking(Duration.ofMillis(1), 1));
    metrics.onExchange(
        Outcome.of(Side.OLD, Reason.RULE, Method.POST, 503).taking(Duration.ofSeconds(2), 1));
    metrics.onExchange(Outcome.of(Side.NEW, Reason.UPGRADE, Method.PUT, 599));
    metrics.onExchange(Outcome.of(Side.NEW, null, Method.OTHER, 499));
    metrics.onExchange(Outcome.of(null, null, Method.GET, 500));
    SideTotals old = metrics.totals(Side.OLD);
    assertThat(old.requests()).isEqualTo(2);
    assertThat(old.errors()).isEqualTo(1);
    assertThat(old.secondsOf(0.5)).hasValue(0.001);
    assertThat(old.secondsOf(1)).hasValue(2.5);
    SideTotals young = metrics.totals(Side.NEW);
    assertThat(young.requests()).isEqualTo(2);
    assertThat(young.errors()).isEqualTo(1);
    assertThat(metrics.visitors(Side.NEW)).isEqualTo(30);
  }

  private Map<String, Double> samples() {
    String text = text(null);
    Map<String, Double> samples = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        int blank = line.lastIndexOf(' ');
        assertThat(samples.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1))))
            .as(line)
            .isNull();
      }
    }
    return samples;
  }

  private String text(@Nullable String accept) {
    return new String(metrics.scrape(accept).body(), StandardCharsets.UTF_8);
  }

  private Map<String, Double> above(String family, double least) {
    Map<String, Double> found = new TreeMap<>();
    samples()
        .forEach(
            (name, value) -> {
              if (name.startsWith(family) && value >= least) {
                found.put(name.substring(family.length()), value);
              }
            });
    return found;
  }

  @Test
  void everySeriesWithFixedLabelsIsThereFromTheStart() {
    Map<String, Double> samples = samples();
    for (String variant : List.of("old", "new")) {
      assertThat(samples)
          .containsEntry("crossfade_first_assignments_total{variant=\"" + variant + "\"}", 0.0)
          .containsEntry("crossfade_retries_total{variant=\"" + variant + "\"}", 0.0)
          .containsEntry(
              "crossfade_request_duration_seconds_count{variant=\"" + variant + "\"}", 0.0)
          .containsEntry(
              "crossfade_upstream_duration_seconds_bucket{variant=\"" + variant + "\",le=\"+Inf\"}",
              0.0);
      for (FailureKind kind : FailureKind.values()) {
        assertThat(samples)
            .containsEntry(
                "crossfade_upstream_failures_total{kind=\""
                    + kind.label()
                    + "\",variant=\""
                    + variant
                    + "\"}",
                0.0);
      }
    }
    for (RejectCause cause : RejectCause.values()) {
      assertThat(samples)
          .containsEntry("crossfade_rejected_requests_total{cause=\"" + cause.label() + "\"}", 0.0);
    }
    for (Protocol protocol : Protocol.values()) {
      assertThat(samples)
          .containsEntry(
              "crossfade_client_connections{protocol=\"" + protocol.label() + "\"}", 0.0);
    }
    assertThat(samples)
        .containsEntry("crossfade_learned_sessions", 0.0)
        .containsEntry("crossfade_learned_lookups_total{result=\"hit\"}", 0.0)
        .containsEntry("crossfade_learned_lookups_total{result=\"miss\"}", 0.0)
        .containsEntry("crossfade_learned_evictions_total", 0.0)
        .containsEntry("crossfade_side_changes_total{from=\"old\",to=\"new\"}", 0.0)
        .containsEntry("crossfade_side_changes_total{from=\"new\",to=\"old\"}", 0.0);
  }

  @Test
  void typesAreThoseOfTheContract() {
    String text = text(null);
    Map.ofEntries(
            Map.entry("crossfade_requests_total", "counter"),
            Map.entry("crossfade_request_duration_seconds", "histogram"),
            Map.entry("crossfade_upstream_duration_seconds", "histogram"),
            Map.entry("crossfade_split_percent", "gauge"),
            Map.entry("crossfade_split_revision", "gauge"),
            Map.entry("crossfade_split_epoch", "gauge"),
            Map.entry("crossfade_first_assignments_total", "counter"),
            Map.entry("crossfade_side_changes_total", "counter"),
            Map.entry("crossfade_visitors", "gauge"),
            Map.entry("crossfade_learned_sessions", "gauge"),
            Map.entry("crossfade_learned_lookups_total", "counter"),
            Map.entry("crossfade_learned_evictions_total", "counter"),
            Map.entry("crossfade_upstream_healthy", "gauge"),
            Map.entry("crossfade_upstream_health_changes_total", "counter"),
            Map.entry("crossfade_upstream_ejections_total", "counter"),
            Map.entry("crossfade_upstream_failed_probes_total", "counter"),
            Map.entry("crossfade_upstream_waiting_requests", "gauge"),
            Map.entry("crossfade_upstream_connections", "gauge"),
            Map.entry("crossfade_upstream_failures_total", "counter"),
            Map.entry("crossfade_retries_total", "counter"),
            Map.entry("crossfade_client_connections", "gauge"),
            Map.entry("crossfade_rejected_requests_total", "counter"),
            Map.entry("crossfade_state_durable", "gauge"),
            Map.entry("crossfade_build_info", "gauge"))
        .forEach((name, type) -> assertThat(text).contains("# TYPE " + name + " " + type + "\n"));
  }

  @Test
  void samplesOfAFamilyStandTogetherAndEachTypeIsSaidOnce() {
    String last = "";
    Set<String> done = new HashSet<>();
    List<String> types = new ArrayList<>();
    for (String line : text(null).split("\n", -1)) {
      if (line.startsWith("# TYPE ")) {
        types.add(line);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        String family =
            line.replaceFirst("[{ ].*", "").replaceFirst("_seconds_(bucket|sum|count)$", "");
        if (!family.equals(last)) {
          assertThat(done.add(family)).as(family).isTrue();
          last = family;
        }
      }
    }
    assertThat(types).doesNotHaveDuplicates();
  }

  @Test
  void gaugesAreReadFromTheirOwners() {
    assertThat(samples())
        .containsEntry("crossfade_split_percent", 33.33)
        .containsEntry("crossfade_split_revision", 7.0)
        .containsEntry("crossfade_split_epoch", 0.0)
        .containsEntry("crossfade_state_durable", 1.0)
        .containsEntry("crossfade_visitors{variant=\"old\"}", 120.0)
        .containsEntry("crossfade_visitors{variant=\"new\"}", 30.0)
        .containsEntry(
            "crossfade_upstream_healthy{endpoint=\"127.0.0.1:8081\",variant=\"old\"}", 1.0)
        .containsEntry(
            "crossfade_upstream_healthy{endpoint=\"127.0.0.1:8083\",variant=\"old\"}", 0.0)
        .containsEntry(
            "crossfade_upstream_healthy{endpoint=\"unix:/run/new.sock\",variant=\"new\"}", 1.0)
        .containsEntry(
            "crossfade_upstream_health_changes_total{endpoint=\"127.0.0.1:8081\",variant=\"old\"}",
            7.0)
        .containsEntry(
            "crossfade_upstream_ejections_total{endpoint=\"127.0.0.1:8083\",variant=\"old\"}", 6.0)
        .containsEntry(
            "crossfade_upstream_failed_probes_total{endpoint=\"unix:/run/new.sock\",variant=\"new\"}",
            5.0)
        .containsEntry("crossfade_upstream_waiting_requests{variant=\"old\"}", 2.0)
        .containsEntry("crossfade_upstream_connections{state=\"active\",variant=\"old\"}", 8.0)
        .containsEntry("crossfade_upstream_connections{state=\"idle\",variant=\"old\"}", 10.0)
        .containsEntry("crossfade_build_info{java=\"17.0.1\",version=\"1.2.3\"}", 1.0)
        .containsEntry("crossfade_transport_info{transport=\"epoll\"}", 1.0);
  }

  @Test
  void everyRequestCountsOnceUnderItsLabels() {
    metrics.onExchange(Outcome.of(Side.NEW, Reason.BUCKET, Method.GET, 200));
    metrics.onExchange(Outcome.of(Side.NEW, Reason.BUCKET, Method.GET, 200));
    metrics.onExchange(Outcome.of(Side.OLD, Reason.FAILOVER, Method.OTHER, 599));
    metrics.onExchange(Outcome.of(Side.OLD, Reason.RULE, Method.TRACE, 100));
    metrics.onExchange(Outcome.of(null, null, Method.OTHER, 999));
    metrics.onExchange(Outcome.of(null, null, Method.POST, 0));
    assertThat(above("crossfade_requests_total", 1))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "{code=\"200\",method=\"GET\",reason=\"bucket\",variant=\"new\"}", 2.0,
                "{code=\"599\",method=\"other\",reason=\"failover\",variant=\"old\"}", 1.0,
                "{code=\"100\",method=\"TRACE\",reason=\"rule\",variant=\"old\"}", 1.0,
                "{code=\"other\",method=\"other\",reason=\"none\",variant=\"none\"}", 1.0,
                "{code=\"other\",method=\"POST\",reason=\"none\",variant=\"none\"}", 1.0));
  }

  @Test
  void durationsFallIntoTheirBuckets() {
    Outcome outcome = Outcome.of(Side.OLD, Reason.BUCKET, Method.GET, 200);
    metrics.onExchange(outcome.taking(Duration.ofMillis(1), -1));
    metrics.onExchange(outcome.taking(Duration.ofNanos(1_000_001), 5));
    metrics.onExchange(outcome.taking(Duration.ofMinutes(2), 5));
    Map<String, Double> buckets = above("crossfade_request_duration_seconds_bucket", 1);
    assertThat(buckets)
        .containsEntry("{variant=\"old\",le=\"0.001\"}", 1.0)
        .containsEntry("{variant=\"old\",le=\"0.0025\"}", 2.0)
        .containsEntry("{variant=\"old\",le=\"60.0\"}", 2.0)
        .containsEntry("{variant=\"old\",le=\"+Inf\"}", 3.0);
    assertThat(samples())
        .containsEntry("crossfade_request_duration_seconds_count{variant=\"old\"}", 3.0)
        .containsEntry("crossfade_request_duration_seconds_sum{variant=\"old\"}", 120.002000001)
        .containsEntry("crossfade_upstream_duration_seconds_count{variant=\"old\"}", 2.0);
  }

  @Test
  void whatElseAnOutcomeTellsIsCountedOnce() {
    metrics.onExchange(
        new Outcome(Side.NEW, Reason.FIRST, Method.GET, 200, 1, 1, true, true, Side.OLD, null));
    metrics.onExchange(
        new Outcome(
            Side.OLD,
            Reason.BUCKET,
            Method.GET,
            503,
            1,
            -1,
            false,
            false,
            null,
            RejectCause.MAINTENANCE));
    metrics.onReject(RejectCause.MALFORMED);
    metrics.onUpstreamFailure(Side.NEW, FailureKind.RESET);
    metrics.onClientConnections(Protocol.HTTP2, 1);
    metrics.onClientConnections(Protocol.HTTP2, 1);
    metrics.onClientConnections(Protocol.HTTP2, -1);
    assertThat(above("crossfade_first_assignments_total", 1))
        .containsExactly(Map.entry("{variant=\"new\"}", 1.0));
    assertThat(above("crossfade_side_changes_total", 1))
        .containsExactly(Map.entry("{from=\"old\",to=\"new\"}", 1.0));
    assertThat(above("crossfade_retries_total", 1))
        .containsExactly(Map.entry("{variant=\"new\"}", 1.0));
    assertThat(above("crossfade_rejected_requests_total", 1))
        .containsExactly(
            Map.entry("{cause=\"maintenance\"}", 1.0), Map.entry("{cause=\"malformed\"}", 1.0));
    assertThat(above("crossfade_upstream_failures_total", 1))
        .containsExactly(Map.entry("{kind=\"reset\",variant=\"new\"}", 1.0));
    assertThat(above("crossfade_client_connections", 1))
        .containsExactly(Map.entry("{protocol=\"http/2\"}", 1.0));
  }

  @Test
  void openMetricsIsGivenWhereItIsAskedFor() {
    Scrape scrape = metrics.scrape("application/openmetrics-text;version=1.0.0, text/plain;q=0.5");
    assertThat(scrape.contentType()).startsWith("application/openmetrics-text");
    assertThat(new String(scrape.body(), StandardCharsets.UTF_8)).endsWith("# EOF\n");
    assertThat(metrics.scrape("text/html").contentType()).startsWith("text/plain");
  }
}
