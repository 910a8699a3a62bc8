package dev.crossfade.config;

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
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, checked.
 *
 * @param file where it came from, null for the defaults alone
 * @param affinityKeyFile keys of the affinity cookie; null to keep one in the state folder
 * @param eventLoops 0 for as many as there are cores
 */
public record Settings(
    @Nullable Path file,
    TransportKind transport,
    int eventLoops,
    ServerSettings server,
    AdminSettings admin,
    SplitSettings split,
    @Nullable Path affinityKeyFile,
    UpstreamSpec oldUpstream,
    UpstreamSpec newUpstream,
    PoolSettings pool,
    ForwardSettings forward,
    boolean failover,
    RuleTable rules,
    StateSettings state) {}
