package dev.crossfade.metrics;

import dev.crossfade.accesslog.AccessLog;
import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.plan.Percent;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.upstream.UpstreamView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of the product, as a Prometheus server reads them.
 *
 * <p>What the data path tells is added to cells that are found by arithmetic, or by a hash that is
 * there already; on an event loop something is allocated only where a combination is new. All else
 * is read from its owner when somebody scrapes. Series whose labels are fixed are there from the
 * start, at zero.
 *
 * <p>Safe from any thread.
 */
public final class Metrics implements ExchangeObserver, AutoCloseable {
  private static final List<String> VARIANTS = Stream.of(Side.values()).map(Side::label).toList();

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  private final RequestCounters requests = new RequestCounters();
  private final RuleCounters rules;
  private final DurationHistogram requestDuration =
      new DurationHistogram(
          "crossfade_request_duration_seconds",
          "From the first byte of a request to the last byte of its answer.",
          DurationHistogram.REQUESTS,
          "variant",
          VARIANTS);
  private final DurationHistogram upstreamDuration =
      new DurationHistogram(
          "crossfade_upstream_duration_seconds",
          "From the request passed on to the first byte of the application's answer.",
          DurationHistogram.REQUESTS,
          "variant",
          VARIANTS);
  private final Supplier<SeenVisitors.BySide> visitors;
  private final LongAdder[] firstAssignments = adders(Side.values().length);
  private final LongAdder[] movesFrom = adders(Side.values().length);
  private final LongAdder[] retries = adders(Side.values().length);
  private final LongAdder[] closed = adders(Side.values().length);
  private final LongAdder[][] failures = {
    adders(FailureKind.values().length), adders(FailureKind.values().length)
  };
  private final LongAdder[] rejects = adders(RejectCause.values().length);
  private final LongAdder[] clientConnections = adders(Protocol.values().length);
  private volatile @Nullable LoopMetrics loops;

  /**
   * Registers everything.
   *
   * @param about what does not change while the process lives
   * @param plan for the split in force
   * @param durable whether the control state in force is durable
   * @param visitors how many visitors were seen lately; asked once a scrape
   */
  public Metrics(
      About about,
      CurrentPlan plan,
      BooleanSupplier durable,
      Supplier<SeenVisitors.BySide> visitors) {
    this.visitors = visitors;
    rules = new RuleCounters(plan);
    registerRequests();
    registerVisitors();
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

  private void registerVisitors() {
    registry.getPrometheusRegistry().register(new VisitorGauge(visitors));
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
    maintenance(Side.OLD.label(), () -> plan.get().state().maintenance().oldSide());
    maintenance(Side.NEW.label(), () -> plan.get().state().maintenance().newSide());
    maintenance("writes", () -> plan.get().state().maintenance().freezeWrites());
  }

  private void maintenance(String of, BooleanSupplier closed) {
    gauge(
        "crossfade_maintenance",
        "Whether a side, or writing, is closed to visitors.",
        Tags.of("of", of),
        () -> closed.getAsBoolean() ? 1 : 0);
  }

  /**
   * Shows the event loops too. Call once, before they tell anything.
   *
   * @param threads of the loops in their order, by their numbers in the virtual machine
   */
  public void watchLoops(List<Long> threads) {
    LoopMetrics watched = new LoopMetrics(threads);
    registry.getPrometheusRegistry().register(watched);
    loops = watched;
  }

  /**
   * Shows when certificates expire. Call once.
   *
   * @param expiries by the listener's address; asked at every scrape
   */
  public void watchCertificates(Supplier<Map<String, Instant>> expiries) {
    registry.getPrometheusRegistry().register(new CertificateExpiry(expiries));
  }

  /** Shows the upstreams too. Call once, when there are any: they report to this observer. */
  public void watch(UpstreamView upstreams) {
    registry.getPrometheusRegistry().register(new EndpointMetrics(upstreams));
    for (Side side : Side.values()) {
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
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    gc.bindTo(registry);
    registerBuffers(PooledByteBufAllocator.DEFAULT);
  }

  private void registerBuffers(PooledByteBufAllocator allocator) {
    PooledByteBufAllocatorMetric metric = allocator.metric();
    buffers("direct", "used", metric::usedDirectMemory);
    buffers("heap", "used", metric::usedHeapMemory);
    buffers("direct", "pinned", allocator::pinnedDirectMemory);
    buffers("heap", "pinned", allocator::pinnedHeapMemory);
  }

  private void buffers(String memory, String state, Supplier<Number> bytes) {
    gauge(
        "crossfade_buffer_memory_bytes",
        "Memory that buffers have taken from the system (used), and of that what holds data"
            + " (pinned).",
        Tags.of("memory", memory, "state", state),
        bytes);
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
    requestDuration.record(side.ordinal(), outcome.durationNanos());
    if (outcome.upstreamNanos() >= 0) {
      upstreamDuration.record(side.ordinal(), outcome.upstreamNanos());
    }
    RejectCause rejected = outcome.rejected();
    if (rejected == RejectCause.MAINTENANCE || rejected == RejectCause.FROZEN) {
      closed[side.ordinal()].increment();
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

  @Override
  public void onRefusal(ExchangeOutcome outcome) {
    RejectCause cause = outcome.rejected();
    if (cause != null) {
      rejects[cause.ordinal()].increment();
    }
    requests.count(null, null, outcome.status(), outcome.method());
  }

  @Override
  public void onLoopLag(int loop, long nanos) {
    LoopMetrics watched = loops;
    if (watched != null) {
      watched.lagged(loop, nanos);
    }
  }

  /**
   * All metrics at this moment; takes some milliseconds, so not for an event loop.
   *
   * @param accept what the reader understands, as in the field Accept; OpenMetrics if that is asked
   *     for, else the text format 0.0.4
   */
  public Scrape scrape(@Nullable String accept) {
    String contentType = ScrapeFormat.of(accept).contentType();
    ByteArrayOutputStream body = new ByteArrayOutputStream(32 * 1024);
    try {
      registry.scrape(body, contentType);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return new Scrape(contentType, body.toByteArray());
  }

  /** What a side has answered so far. Reads some ten thousand cells: once a second, not oftener. */
  public SideTotals totals(Side side) {
    return new SideTotals(
        requests.answered(side, 100, 599),
        requests.answered(side, 500, 599),
        closed[side.ordinal()].sum(),
        requestDuration.counts(side.ordinal()));
  }

  /** How many visitors were seen lately. Takes a millisecond. */
  public SeenVisitors.BySide visitors() {
    return visitors.get();
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
