package dev.crossfade.plan;

import dev.crossfade.route.RuleTable;
import dev.crossfade.split.AffinityKeys;
import dev.crossfade.split.Anonymous;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.Policy;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.SessionHash;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.split.SplitSettings.AfterRollback;
import dev.crossfade.split.Splitter;
import dev.crossfade.time.Ticker;
import java.time.Duration;
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

  private static SplitSettings split(AfterRollback afterRollback) {
    return new SplitSettings(
        new SplitSettings.Session(List.of("PHPSESSID"), SessionHash.XXH64, "", Anonymous.SPLIT),
        new SplitSettings.Affinity(
            "crossfade",
            Policy.FOLLOW,
            Duration.ofDays(30),
            "/",
            null,
            SplitSettings.SameSite.LAX,
            SplitSettings.Secure.AUTO,
            true),
        new SplitSettings.Upgrade(
            "upgrade", null, true, "/enable-upgrade.html", "/disable-upgrade.html", afterRollback),
        new SplitSettings.Learned(1000, Duration.ofHours(1)));
  }

  private static Splitter splitter(SplitSettings settings) {
    return new Splitter(
        settings,
        AffinityKeys.parse(AffinityKeys.randomText()),
        new LearnedSessions(settings.learned(), Ticker.system()),
        new SeenVisitors(Ticker.system()));
  }
}
