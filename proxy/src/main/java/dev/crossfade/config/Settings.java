package dev.crossfade.config;

import dev.crossfade.accesslog.AccessLogSettings;
import dev.crossfade.admin.AdminSettings;
import dev.crossfade.control.StateSettings;
import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.net.TransportKind;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.route.RuleTable;
import dev.crossfade.server.ServerSettings;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.upstream.PoolSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked.
 *
 * @param file where it came from, null for the defaults alone
 * @param affinityKeyFile keys of the affinity cookie; null to keep one in the state folder
 * @param eventLoops 0 for as many as there are cores
 * @param shutdownDelay how long a proxy that is to end says so before it drains
 * @param wording what every key says, and for those that name a file what stands in it, in a form
 *     that can only be compared
 */
public record Settings(
    @Nullable Path file,
    TransportKind transport,
    int eventLoops,
    ServerSettings server,
    Duration shutdownDelay,
    AdminSettings admin,
    SplitSettings split,
    @Nullable Path affinityKeyFile,
    UpstreamSpec oldUpstream,
    UpstreamSpec newUpstream,
    PoolSettings pool,
    ForwardSettings forward,
    boolean failover,
    RuleTable rules,
    AccessLogSettings accessLog,
    StateSettings state,
    Map<String, String> wording) {

  /** Copies the map. */
  public Settings {
    wording = Map.copyOf(wording);
  }

  /** The keys that say another thing than before, or name a file that does, in their order. */
  public List<String> changesFrom(Settings before) {
    Set<String> keys = new TreeSet<>(before.wording.keySet());
    keys.addAll(wording.keySet());
    keys.removeIf(key -> Objects.equals(wording.get(key), before.wording.get(key)));
    return List.copyOf(keys);
  }
}
