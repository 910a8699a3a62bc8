package dev.crossfade.admin;

import dev.crossfade.admin.RecentTraffic.Moment;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import dev.crossfade.upstream.UpstreamView;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How things stand at a moment.
 *
 * @param obstacle why no traffic should be sent here; null if it should
 * @param shareSeen the share of new in the requests of the last minute, 0 … 1
 * @param visitors seen lately, by side
 */
record Present(
    Moment moment,
    TrafficPlan plan,
    boolean durable,
    @Nullable String obstacle,
    OptionalDouble shareSeen,
    SeenVisitors.BySide visitors,
    UpstreamView upstreams) {

  /** Whether requests for new go to old, since new has no healthy endpoint. */
  boolean failover() {
    return plan.failover() && !upstreams.available(Side.NEW);
  }
}
