package dev.crossfade.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * How busy the event loops are and how late. Busy is the processor time of a loop's thread, which
 * the kernel counts anyway and which is asked for only when somebody scrapes: an event loop that
 * has nothing to do sleeps in the kernel. (Netty measures the time that its loops are active too,
 * but only for a group that grows and shrinks by it.) The rate of it is the share of a processor
 * that the loop uses. A loop that wants more than it gets is late, which the lag shows.
 */
final class LoopMetrics implements MultiCollector {
  private static final String BUSY = "crossfade_event_loop_busy_seconds";
  private static final String LAG = "crossfade_event_loop_lag_seconds";

  private final ThreadMXBean machine = ManagementFactory.getThreadMXBean();
  private final List<Long> threads;
  private final DurationHistogram lag;

  /**
   * @param threads of the loops in their order, by their numbers in the virtual machine
   */
  LoopMetrics(List<Long> threads) {
    this.threads = List.copyOf(threads);
    this.lag =
        new DurationHistogram(
            LAG,
            "How late tasks of an event loop ran, looked at five times a second.",
            DurationHistogram.LAGS,
            "loop",
            IntStream.range(0, threads.size()).mapToObj(Integer::toString).toList());
  }

  /** A task of that loop ran so late. */
  void lagged(int loop, long nanos) {
    lag.record(loop, nanos);
  }

  @Override
  public MetricSnapshots collect() {
    CounterSnapshot.Builder busy =
        CounterSnapshot.builder().name(BUSY).help("Processor time of an event loop.");
    for (int loop = 0; loop < threads.size(); loop++) {
      long nanos = machine.getThreadCpuTime(threads.get(loop));
      if (nanos >= 0) { // or the thread is gone, or this machine does not tell
        busy.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(Labels.of("loop", Integer.toString(loop)))
                .value(nanos / (double) TimeUnit.SECONDS.toNanos(1))
                .build());
      }
    }
    return MetricSnapshots.of(busy.build(), lag.collect());
  }
}
