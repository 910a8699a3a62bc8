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

/**
 * What a configuration makes of requests, apart from the control state. Immutable; a reload makes
 * another.
 */
record Configured(
    Settings settings, Splitter splitter, ForwardSettings forward, TrustedProxies trusted) {

  /**
   * Reads the keys and puts all together.
   *
   * @throws StateException if there is no key file configured, and none can be kept in the state
   * @throws IOException if the configured key file can't be read
   */
  static Configured of(Settings settings, LearnedSessions learned, SeenVisitors seen)
      throws StateException, IOException {
    Path keyFile = settings.affinityKeyFile();
    String keys =
        keyFile == null ? AffinityKeyFile.keptIn(settings.state()) : AffinityKeyFile.read(keyFile);
    return new Configured(
        settings,
        new Splitter(settings.split(), AffinityKeys.parse(keys), learned, seen),
        settings.forward(),
        new TrustedProxies(settings.forward().trustedProxies()));
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
