package dev.crossfade.plan;

import dev.crossfade.config.ConfigFile;
import dev.crossfade.route.RuleTable;
import dev.crossfade.split.AffinityKeys;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.split.SplitSettings.AfterRollback;
import dev.crossfade.split.Splitter;
import dev.crossfade.time.Ticker;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Plans for tests that are not about deciding. */
public final class PlanFixture {
  public static final String OLD_ENDPOINT = "127.0.0.1:8081";
  public static final String SECOND_OLD_ENDPOINT = "127.0.0.1:8083";
  public static final String NEW_ENDPOINT = "unix:/run/new.sock";

  private PlanFixture() {}

  /** A control state with everything at its beginning but the percentage. */
  public static ControlState state(long revision, int threshold) {
    return new ControlState(
        revision,
        threshold,
        0,
        Maintenance.NONE,
        true,
        Map.of(),
        Instant.parse("2026-01-02T03:04:05.678Z"),
        "crossfade",
        "");
  }

  /** A plan under that state: two endpoints of old, one of new. */
  public static TrafficPlan plan(ControlState state) {
    return plan(state, List.of(OLD_ENDPOINT, SECOND_OLD_ENDPOINT), AfterRollback.HONOUR);
  }

  public static TrafficPlan plan(
      ControlState state, List<String> oldEndpoints, AfterRollback afterRollback) {
    return new TrafficPlan(
        state,
        RuleTable.EMPTY,
        splitter(split(afterRollback)),
        new UpstreamSpec(Side.OLD, oldEndpoints, null),
        new UpstreamSpec(Side.NEW, List.of(NEW_ENDPOINT), null),
        true);
  }

  /** The defaults but for that. */
  private static SplitSettings split(AfterRollback afterRollback) {
    SplitSettings defaults = ConfigFile.defaults().split();
    SplitSettings.Upgrade upgrade = defaults.upgrade();
    return new SplitSettings(
        defaults.session(),
        defaults.affinity(),
        new SplitSettings.Upgrade(
            upgrade.cookie(),
            upgrade.token(),
            upgrade.pages(),
            upgrade.enablePath(),
            upgrade.disablePath(),
            afterRollback),
        defaults.learned());
  }

  private static Splitter splitter(SplitSettings settings) {
    return new Splitter(
        settings,
        AffinityKeys.parse(AffinityKeys.randomText()),
        new LearnedSessions(settings.learned(), Ticker.system()),
        new SeenVisitors(Ticker.system()));
  }
}
