package dev.crossfade.metrics;

import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.route.Rule;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * {@code crossfade_rule_requests_total}: requests by the rule that decided them. Rules that are
 * configured are there from the start; those that a reload took away stay with what they have. The
 * label is a name of the configuration, so that clients can't make any; reloads can, and from
 * {@link #MOST} on further names count as {@code other}.
 */
final class RuleCounters implements Collector {
  /** Names told apart. */
  static final int MOST = 1000;

  private static final String OTHER = "other";

  private final CurrentPlan plan;
  private final Map<String, LongAdder> cells = new ConcurrentHashMap<>();

  RuleCounters(CurrentPlan plan) {
    this.plan = plan;
  }

  /** Finds its cell by a hash that the name has computed once; allocates for a new name only. */
  void count(String rule) {
    LongAdder cell = cells.get(rule);
    if (cell == null) {
      cell = cells.computeIfAbsent(cells.size() < MOST ? rule : OTHER, name -> new LongAdder());
    }
    cell.increment();
  }

  @Override
  public MetricSnapshot collect() {
    Map<String, Double> counts = new TreeMap<>();
    for (Rule rule : plan.get().rules().rules()) {
      if (counts.size() < MOST) {
        counts.put(rule.name(), 0.0);
      }
    }
    cells.forEach((name, cell) -> counts.put(name, (double) cell.sum()));
    CounterSnapshot.Builder family =
        CounterSnapshot.builder()
            .name("crossfade_rule_requests")
            .help("Requests decided by a rule, by its name.");
    counts.forEach(
        (name, count) ->
            family.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(Labels.of("rule", name))
                    .value(count)
                    .build()));
    return family.build();
  }
}
