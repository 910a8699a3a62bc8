package dev.crossfade.split;

import dev.crossfade.split.SplitSettings.Affinity;
import dev.crossfade.split.SplitSettings.AfterRollback;
import dev.crossfade.split.SplitSettings.Learned;
import dev.crossfade.split.SplitSettings.SameSite;
import dev.crossfade.split.SplitSettings.Secure;
import dev.crossfade.split.SplitSettings.Session;
import dev.crossfade.split.SplitSettings.Upgrade;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A splitter with the state of a control plane, for {@link Browser}s to visit. */
final class Site {
  static final String KEY = "0123456789abcdef".repeat(4);

  final FakeTicker ticker = new FakeTicker();
  final LearnedSessions learned = new LearnedSessions(learnedSettings(), ticker);
  final SeenVisitors seen = new SeenVisitors(ticker);
  Splitter splitter;

  int threshold;
  int epoch;
  boolean upgradeHonoured = true;

  Site(Policy policy) {
    this(policy, Anonymous.SPLIT, null);
  }

  Site(Policy policy, Anonymous anonymous, @Nullable String upgradeToken) {
    splitter =
        new Splitter(
            settings(policy, anonymous, upgradeToken), AffinityKeys.parse(KEY), learned, seen);
  }

  /** As a reload does it: another splitter, the same memory. */
  void reload() {
    splitter = new Splitter(splitter.settings(), AffinityKeys.parse(KEY), learned, seen);
  }

  static SplitSettings settings(Policy policy, Anonymous anonymous, @Nullable String upgradeToken) {
    return new SplitSettings(
        new Session(List.of("PHPSESSID"), SessionHash.XXH64, "", anonymous),
        affinity(policy, null, Secure.AUTO),
        new Upgrade("upgrade", upgradeToken, true, "/enable", "/disable", AfterRollback.HONOUR),
        learnedSettings());
  }

  static Affinity affinity(Policy policy, @Nullable String domain, Secure secure) {
    return new Affinity(
        "crossfade", policy, Duration.ofDays(30), "/", domain, SameSite.LAX, secure, true);
  }

  private static Learned learnedSettings() {
    return new Learned(100_000, Duration.ofHours(1));
  }

  /** As the control plane would do it. */
  void rollback() {
    threshold = 0;
    epoch++;
  }

  /** As the control plane would do it. */
  void promote() {
    threshold = Buckets.COUNT;
    epoch++;
  }
}
