package dev.crossfade.app;

import dev.crossfade.config.Settings;
import dev.crossfade.control.AffinityKeyFile;
import dev.crossfade.control.StateException;
import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.forward.TrustedProxies;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.AffinityKeys;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Splitter;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration makes of requests, apart from the control state. Immutable; a reload makes
 * another.
 */
record Configured(
    Settings settings,
    AffinityKeys keys,
    Splitter splitter,
    ForwardSettings forward,
    TrustedProxies trusted) {

  /**
   * Reads the keys and puts all together.
   *
   * @param before the configuration in force, null at the start: if its key is the one kept in the
   *     state, that stays
   * @throws StateException if there is no key file configured, and none can be kept in the state
   * @throws IOException if the configured key file can't be read
   */
  static Configured of(
      Settings settings, @Nullable Configured before, LearnedSessions learned, SeenVisitors seen)
      throws StateException, IOException {
    AffinityKeys keys = AffinityKeys.parse(keyText(settings, before));
    return new Configured(
        settings,
        keys,
        new Splitter(settings.split(), keys, learned, seen),
        settings.forward(),
        new TrustedProxies(settings.forward().trustedProxies()));
  }

  private static String keyText(Settings settings, @Nullable Configured before)
      throws StateException, IOException {
    Path keyFile = settings.affinityKeyFile();
    if (keyFile != null) {
      return AffinityKeyFile.read(keyFile);
    }
    String kept =
        before != null && before.settings().affinityKeyFile() == null ? before.keys().text() : null;
    return AffinityKeyFile.keptIn(settings.state(), kept);
  }

  /** The plan of this configuration under a control state. */
  TrafficPlan plan(ControlState state) {
    return new TrafficPlan(
        state,
        settings.rules(),
        splitter,
        settings.oldUpstream(),
        settings.newUpstream(),
        settings.failover());
  }
}
