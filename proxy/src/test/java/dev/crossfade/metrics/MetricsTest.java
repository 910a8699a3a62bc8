package dev.crossfade.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.Maintenance;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.Reason;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.telemetry.ExchangeObserver.Protocol;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.Method;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.testing.EndpointViews;
import dev.crossfade.testing.Exposition;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.UpstreamView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
          return side == Side.OLD;
        }
      };

  private static final ControlState STATE =
      new ControlState(
          7,
          3333,
          0,
          new Maintenance(false, true, true),
          true,
          Map.of(),
          Instant.parse("2026-01-02T03:04:05Z"),
          "crossfade",
          "");
  private static final Instant EXPIRED = Instant.ofEpochSecond(1_700_000_000);

  private final Metrics metrics =
      new Metrics(
          new Metrics.About("1.2.3", "17.0.1", "epoll"),
          () -> PlanFixture.plan(STATE),
          () -> true,
          () -> new SeenVisitors.BySide(120, 30));

  private final LearnedSessions learned =
      new LearnedSessions(new SplitSettings.Learned(2, Duration.ofHours(1)), Ticker.system());

  @BeforeEach
  void watch() {
    metrics.watch(UPSTREAMS);
    metrics.watch(learned);
    metrics.watchLoops(List.of(Thread.currentThread().getId(), Long.MAX_VALUE));
    metrics.watchCertificates(
        () -> Map.of("0.0.0.0:443", Instant.parse("2027-01-31T12:00:00Z"), "[::]:8443", EXPIRED));
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
    assertThat(metrics.visitors().of(Side.NEW)).isEqualTo(30);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRefusedOnPurposeIsAnErrorApart(RejectCause cause) {
    metrics.onExchange(
        new Outcome(Side.NEW, Reason.BUCKET, Method.POST, 503, 1, -1, false, false, null, cause));
    SideTotals young = metrics.totals(Side.NEW);
    assertThat(young.errors()).isEqualTo(1);
    boolean onPurpose = cause == RejectCause.MAINTENANCE || cause == RejectCause.FROZEN;
    assertThat(young.closed()).isEqualTo(onPurpose ? 1 : 0);
    assertThat(metrics.totals(Side.OLD).closed()).isZero();
  }

  private Map<String, Double> samples() {
    return Exposition.samples(Exposition.text(text(null)));
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
              "crossfade_upstream_duration_seconds_bucket{le=\"+Inf\",variant=\"" + variant + "\"}",
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
            Map.entry("crossfade_upstream_available", "gauge"),
            Map.entry("crossfade_upstream_connections", "gauge"),
            Map.entry("crossfade_upstream_failures_total", "counter"),
            Map.entry("crossfade_retries_total", "counter"),
            Map.entry("crossfade_client_connections", "gauge"),
            Map.entry("crossfade_rejected_requests_total", "counter"),
            Map.entry("crossfade_state_durable", "gauge"),
            Map.entry("crossfade_maintenance", "gauge"),
            Map.entry("crossfade_buffer_memory_bytes", "gauge"),
            Map.entry("crossfade_certificate_expiry_timestamp_seconds", "gauge"),
            Map.entry("crossfade_event_loop_busy_seconds_total", "counter"),
            Map.entry("crossfade_event_loop_lag_seconds", "histogram"),
            Map.entry("crossfade_build_info", "gauge"))
        .forEach((name, type) -> assertThat(text).contains("# TYPE " + name + " " + type + "\n"));
  }

  /** Values of the process change from one scrape to the next. */
  private static Map<String, Double> ours(Map<String, Exposition.Family> families) {
    Map<String, Double> ours = Exposition.samples(families);
    ours.keySet().removeIf(s -> !s.startsWith("crossfade_") || s.contains("_busy_"));
    return ours;
  }

  @Test
  void bothFormatsSayTheSameAndKeepToTheirDefinitions() {
    metrics.onExchange(Outcome.of(Side.NEW, Reason.BUCKET, Method.GET, 200));
    metrics.onLoopLag(0, 3_000_000);
    Map<String, Exposition.Family> text = Exposition.text(text(null));
    Map<String, Exposition.Family> open =
        Exposition.openMetrics(text("application/openmetrics-text; version=1.0.0"));
    assertThat(ours(open)).isEqualTo(ours(text)).hasSizeGreaterThan(100);
    assertThat(open.get("crossfade_requests").type()).isEqualTo("counter");
    assertThat(open.get("crossfade_build").type()).isEqualTo("info");
    assertThat(open.get("crossfade_event_loop_lag_seconds").type()).isEqualTo("histogram");
  }

  @Test
  void theProcessIsThereUnderTheUsualNames() {
    assertThat(Exposition.text(text(null)))
        .containsKeys(
            "jvm_memory_used_bytes",
            "jvm_buffer_memory_used_bytes",
            "jvm_gc_memory_allocated_bytes_total",
            "jvm_threads_live_threads",
            "process_cpu_usage",
            "process_uptime_seconds",
            "process_start_time_seconds",
            "process_files_open_files");
  }

  @Test
  void memoryOfBuffersIsThatOfTheAllocatorOfAllConnections() {
    ByteBuf held = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 20);
    try {
      for (String state : List.of("used", "pinned")) {
        assertThat(
                samples()
                    .get(
                        "crossfade_buffer_memory_bytes{memory=\"direct\",state=\"" + state + "\"}"))
            .as(state)
            .isGreaterThanOrEqualTo(1 << 20);
      }
    } finally {
      held.release();
    }
  }

  @Test
  void certificatesExpireWhenTheirOwnerSaysSo() {
    String family = "crossfade_certificate_expiry_timestamp_seconds";
    assertThat(above(family, 1))
        .isEqualTo(
            Map.of("{listener=\"0.0.0.0:443\"}", 1801396800.0, "{listener=\"[::]:8443\"}", 1.7e9));
  }

  @Test
  void eventLoopsTellHowBusyTheyAreAndHowLate() {
    metrics.onLoopLag(1, 2_000_000);
    metrics.onLoopLag(1, 2_000_000_000);
    metrics.onLoopLag(1, -40);
    assertThat(above("crossfade_event_loop_busy_seconds_total", 0.001))
        .as("the test's own thread; the other one does not exist")
        .containsOnlyKeys("{loop=\"0\"}");
    assertThat(samples())
        .containsEntry("crossfade_event_loop_lag_seconds_count{loop=\"0\"}", 0.0)
        .containsEntry("crossfade_event_loop_lag_seconds_bucket{le=\"0.001\",loop=\"1\"}", 1.0)
        .containsEntry("crossfade_event_loop_lag_seconds_bucket{le=\"0.0025\",loop=\"1\"}", 2.0)
        .containsEntry("crossfade_event_loop_lag_seconds_bucket{le=\"1.0\",loop=\"1\"}", 2.0)
        .containsEntry("crossfade_event_loop_lag_seconds_count{loop=\"1\"}", 3.0)
        .containsEntry("crossfade_event_loop_lag_seconds_sum{loop=\"1\"}", 2.002);
  }

  @Test
  void maintenanceIsReadFromTheState() {
    assertThat(above("crossfade_maintenance", 0))
        .isEqualTo(Map.of("{of=\"old\"}", 0.0, "{of=\"new\"}", 1.0, "{of=\"writes\"}", 1.0));
  }

  @Test
  void aRequestThatWasRefusedUnreadIsARequestToo() {
    metrics.onRefusal(
        new Outcome(
            null, null, Method.POST, 431, 1, -1, false, false, null, RejectCause.HEAD_TOO_LARGE));
    assertThat(above("crossfade_requests_total", 1))
        .isEqualTo(Map.of("{code=\"431\",method=\"POST\",reason=\"none\",variant=\"none\"}", 1.0));
    assertThat(above("crossfade_rejected_requests_total", 1))
        .isEqualTo(Map.of("{cause=\"head-too-large\"}", 1.0));
    assertThat(above("crossfade_request_duration_seconds_count", 1)).isEmpty();
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
        .containsEntry("crossfade_upstream_available{variant=\"old\"}", 1.0)
        .containsEntry("crossfade_upstream_available{variant=\"new\"}", 0.0)
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
        .containsEntry("{le=\"0.001\",variant=\"old\"}", 1.0)
        .containsEntry("{le=\"0.0025\",variant=\"old\"}", 2.0)
        .containsEntry("{le=\"60.0\",variant=\"old\"}", 2.0)
        .containsEntry("{le=\"+Inf\",variant=\"old\"}", 3.0);
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
