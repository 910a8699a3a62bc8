package dev.crossfade.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanFixture;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.route.Rule;
import dev.crossfade.route.RuleTable;
import dev.crossfade.split.Side;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RuleCountersTest {
  private TrafficPlan plan = planWith("rest", "nightly");
  private final RuleCounters counters = new RuleCounters(() -> plan);

  private static TrafficPlan planWith(String... names) {
    TrafficPlan without = PlanFixture.plan(PlanFixture.state(1, 0));
    List<Rule> rules =
        Stream.of(names)
            .map(n -> new Rule(n, "/" + n, null, null, null, null, null, null, Side.NEW))
            .toList();
    return new TrafficPlan(
        without.state(),
        new RuleTable(rules),
        without.splitter(),
        without.oldUpstream(),
        without.newUpstream(),
        without.failover());
  }

  private Map<String, Double> counts() {
    return ((CounterSnapshot) counters.collect())
        .getDataPoints().stream()
            .collect(Collectors.toMap(p -> p.getLabels().get("rule"), p -> p.getValue()));
  }

  @Test
  void configuredRulesAreThereFromTheStart() {
    assertThat(counts()).isEqualTo(Map.of("rest", 0.0, "nightly", 0.0));
  }

  @Test
  void aRuleThatAReloadTookAwayKeepsItsCount() {
    counters.count("rest");
    counters.count("rest");
    plan = planWith("nightly", "beta");
    counters.count("beta");
    assertThat(counts()).isEqualTo(Map.of("rest", 2.0, "nightly", 0.0, "beta", 1.0));
  }

  @Test
  void namesAreBoundedHoweverOftenTheConfigurationChanges() {
    for (int i = 0; i < RuleCounters.MOST + 50; i++) {
      counters.count("rule " + i);
    }
    counters.count("rule 7");
    assertThat(counts()).hasSize(RuleCounters.MOST + 3).containsEntry("rule 7", 2.0);
    assertThat(counts()).containsEntry("other", 50.0);
  }
}
