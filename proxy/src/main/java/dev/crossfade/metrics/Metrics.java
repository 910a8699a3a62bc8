package dev.crossfade.metrics;

import dev.crossfade.accesslog.AccessLog;
import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.plan.Percent;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.upstream.UpstreamView;
import dev.crossfade.upstream.UpstreamView.EndpointView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of the product, as a Prometheus server reads them.
 *
 * <p>What the data path tells is added to cells that exist before the request does: no name is
 * looked up and nothing is allocated on an event loop. All else is read from its owner when
 * somebody scrapes. Series whose labels are fixed are there from the start, at zero.
 *
 * <p>Safe from any thread.
 */
public final class Metrics implements ExchangeObserver, AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  private final RequestCounters requests = new RequestCounters();
  private final RuleCounters rules;
  private final DurationHistogram requestDuration =
      new DurationHistogram(
          "crossfade_request_duration_seconds",
          "From the first byte of a request to the last byte of its answer.");
  private final DurationHistogram upstreamDuration =
      new DurationHistogram(
          "crossfade_upstream_duration_seconds",
          "From the request passed on to the first byte of the application's answer.");
  private final LongAdder[] firstAssignments = adders(Side.values().length);
  private final LongAdder[] movesFrom = adders(Side.values().length);
  private final LongAdder[] retries = adders(Side.values().length);
  private final LongAdder[][] failures = {
    adders(FailureKind.values().length), adders(FailureKind.values().length)
  };
  private final LongAdder[] rejects = adders(RejectCause.values().length);
  private final LongAdder[] clientConnections = adders(Protocol.values().length);

  /**
   * Registers everything.
   *
   * @param about what does not change while the process lives
   * @param plan for the split in force
   * @param durable whether the control state in force is durable
   * @param visitors how many visitors were seen lately on a side
   */
  public Metrics(
      About about, CurrentPlan plan, BooleanSupplier durable, ToDoubleFunction<Side> visitors) {
    rules = new RuleCounters(plan);
    registerRequests();
    registerVisitors(visitors);
    registerSplit(plan, durable);
    registerClients();
    registerProcess(about);
  }

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    for (int i = 0; i < count; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  private void registerRequests() {
    PrometheusRegistry prometheus = registry.getPrometheusRegistry();
    prometheus.register(requests);
    prometheus.register(rules);
    prometheus.register(requestDuration);
    prometheus.register(upstreamDuration);
    for (RejectCause cause : RejectCause.values()) {
      counter(
          "crossfade_rejected_requests",
          "Requests that the proxy itself refused.",
          Tags.of("cause", cause.label()),
          rejects[cause.ordinal()]);
    }
  }

  private void registerVisitors(ToDoubleFunction<Side> visitors) {
    for (Side side : Side.values()) {
      counter(
          "crossfade_first_assignments",
          "Visitors that were given a side with their first request.",
          variant(side),
          firstAssignments[side.ordinal()]);
      counter(
          "crossfade_side_changes",
          "Known visitors that moved from one side to the other.",
          Tags.of("from", side.label(), "to", side.other().label()),
          movesFrom[side.ordinal()]);
      gauge(
          "crossfade_visitors",
          "Visitors seen lately, an estimate.",
          variant(side),
          () -> visitors.applyAsDouble(side));
    }
  }

  private void registerSplit(CurrentPlan plan, BooleanSupplier durable) {
    gauge(
        "crossfade_split_percent",
        "Share of visitors on new, as configured.",
        Tags.empty(),
        () -> new Percent(plan.get().state().threshold()).value().doubleValue());
    gauge(
        "crossfade_split_revision",
        "Revision of the control state.",
        Tags.empty(),
        () -> plan.get().state().revision());
    gauge(
        "crossfade_split_epoch",
        "Rollbacks and promotes so far.",
        Tags.empty(),
        () -> plan.get().state().epoch());
    gauge(
        "crossfade_state_durable",
        "Whether the control state in force is durable.",
        Tags.empty(),
        () -> durable.getAsBoolean() ? 1 : 0);
  }

  /** Shows the upstreams too. Call once, when there are any: they report to this observer. */
  public void watch(UpstreamView upstreams) {
    registry.getPrometheusRegistry().register(new EndpointHealth(upstreams));
    countEndpoints(upstreams);
    for (Side side : Side.values()) {
      connections(upstreams, side, "active", EndpointView::active);
      connections(upstreams, side, "idle", EndpointView::idle);
      counter(
          "crossfade_retries",
          "Requests that were sent a second time.",
          variant(side),
          retries[side.ordinal()]);
      for (FailureKind kind : FailureKind.values()) {
        counter(
            "crossfade_upstream_failures",
            "Failures of endpoints.",
            variant(side).and("kind", kind.label()),
            failures[side.ordinal()][kind.ordinal()]);
      }
    }
  }

  private void countEndpoints(UpstreamView upstreams) {
    PrometheusRegistry prometheus = registry.getPrometheusRegistry();
    prometheus.register(
        new EndpointCounter(
            upstreams,
            "crossfade_upstream_health_changes",
            "How often an endpoint became healthy, or ceased to be.",
            endpoint -> endpoint.condition().changes()));
    prometheus.register(
        new EndpointCounter(
            upstreams,
            "crossfade_upstream_ejections",
            "How often an endpoint was left out for its answers.",
            endpoint -> endpoint.condition().ejections()));
    prometheus.register(
        new EndpointCounter(
            upstreams,
            "crossfade_upstream_failed_probes",
            "Probes of an endpoint that failed.",
            endpoint -> endpoint.condition().failedProbes()));
    for (Side side : Side.values()) {
      gauge(
          "crossfade_upstream_waiting_requests",
          "Requests that wait for a connection to an endpoint.",
          variant(side),
          () ->
              upstreams.endpoints(side).stream()
                  .mapToInt(endpoint -> endpoint.condition().waiting())
                  .sum());
    }
  }

  /** Shows the learned sessions too. Call once. */
  public void watch(LearnedSessions learned) {
    gauge("crossfade_learned_sessions", "Sessions learned and kept.", Tags.empty(), learned::size);
    String lookUps = "Look-ups of sessions that came without our cookie.";
    counter(
        "crossfade_learned_lookups",
        lookUps,
        Tags.of("result", "hit"),
        learned,
        LearnedSessions::hits);
    counter(
        "crossfade_learned_lookups",
        lookUps,
        Tags.of("result", "miss"),
        learned,
        LearnedSessions::misses);
    counter(
        "crossfade_learned_evictions",
        "Learned sessions forgotten for want of room or of use.",
        Tags.empty(),
        learned,
        LearnedSessions::evictions);
  }

  /** Shows the access log too. Call once. */
  public void watch(AccessLog accessLog) {
    String name = "crossfade_access_log_lines";
    String help = "Lines of the access log, by what became of them.";
    counter(name, help, Tags.of("result", "written"), accessLog, AccessLog::written);
    counter(name, help, Tags.of("result", "dropped"), accessLog, AccessLog::dropped);
  }

  private void connections(
      UpstreamView upstreams, Side side, String state, ToIntFunction<EndpointView> count) {
    gauge(
        "crossfade_upstream_connections",
        "Connections to the applications.",
        variant(side).and("state", state),
        () -> upstreams.endpoints(side).stream().mapToInt(count).sum());
  }

  private void registerClients() {
    for (Protocol protocol : Protocol.values()) {
      gauge(
          "crossfade_client_connections",
          "Connections of clients.",
          Tags.of("protocol", protocol.label()),
          clientConnections[protocol.ordinal()]::sum);
    }
  }

  private void registerProcess(About about) {
    PrometheusRegistry prometheus = registry.getPrometheusRegistry();
    prometheus.register(
        new InfoGauge(
            "crossfade_build",
            "What is running.",
            Labels.of("version", about.version(), "java", about.java())));
    prometheus.register(
        new InfoGauge(
            "crossfade_transport",
            "How sockets are driven.",
            Labels.of("transport", about.transport())));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  private static Tags variant(Side side) {
    return Tags.of("variant", side.label());
  }

  private void counter(String name, String help, Tags labels, LongAdder cell) {
    counter(name, help, labels, cell, LongAdder::sum);
  }

  private <T> void counter(
      String name, String help, Tags labels, T owner, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, owner, value).description(help).tags(labels).register(registry);
  }

  private void gauge(String name, String help, Tags labels, Supplier<Number> value) {
    Gauge.builder(name, value).description(help).tags(labels).register(registry);
  }

  @Override
  public void onExchange(ExchangeOutcome outcome) {
    Side side = outcome.side();
    requests.count(side, outcome.reason(), outcome.status(), outcome.method());
    RejectCause rejected = outcome.rejected();
    if (rejected != null) {
      rejects[rejected.ordinal()].increment();
    }
    String rule = outcome.rule();
    if (rule != null) {
      rules.count(rule);
    }
    if (side != null) {
      countForSide(side, outcome);
    }
  }

  private void countForSide(Side side, ExchangeOutcome outcome) {
    requestDuration.record(side, outcome.durationNanos());
    if (outcome.upstreamNanos() >= 0) {
      upstreamDuration.record(side, outcome.upstreamNanos());
    }
    if (outcome.retried()) {
      retries[side.ordinal()].increment();
    }
    if (outcome.firstAssignment()) {
      firstAssignments[side.ordinal()].increment();
    }
    if (outcome.movedFrom() == side.other()) {
      movesFrom[side.other().ordinal()].increment();
    }
  }

  @Override
  public void onUpstreamFailure(Side side, FailureKind kind) {
    failures[side.ordinal()][kind.ordinal()].increment();
  }

  @Override
  public void onClientConnections(Protocol protocol, int change) {
    clientConnections[protocol.ordinal()].add(change);
  }

  @Override
  public void onReject(RejectCause cause) {
    rejects[cause.ordinal()].increment();
  }

  /**
   * All metrics at this moment; takes some milliseconds, so not for an event loop.
   *
   * @param accept what the reader understands, as in the field Accept; OpenMetrics if that is asked
   *     for, else the text format 0.0.4
   */
  public Scrape scrape(@Nullable String accept) {
    boolean openMetrics =
        accept != null && accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text");
    String contentType = openMetrics ? OPEN_METRICS : TEXT;
    ByteArrayOutputStream body = new ByteArrayOutputStream(32 * 1024);
    try {
      registry.scrape(body, contentType);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return new Scrape(contentType, body.toByteArray());
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }

  /**
   * What does not change while the process lives.
   *
   * @param version of the product
   * @param java version of the virtual machine
   * @param transport how sockets are driven: {@code io_uring}, {@code epoll} or {@code nio}
   */
  public record About(String version, String java, String transport) {}
}
