package dev.crossfade.plan;

import dev.crossfade.route.RuleTable;
import dev.crossfade.split.Side;
import dev.crossfade.split.Splitter;

/**
 * Everything that decides about a request. Immutable; a request reads one plan at its head and is
 * served by it to its end, so that no change ever applies to half of a request.
 *
 * @param failover whether requests for new go to old while new has no healthy endpoint
 */
public record TrafficPlan(
    ControlState state,
    RuleTable rules,
    Splitter splitter,
    UpstreamSpec oldUpstream,
    UpstreamSpec newUpstream,
    boolean failover) {

  /** The side's application. */
  public UpstreamSpec upstream(Side side) {
    return side == Side.OLD ? oldUpstream : newUpstream;
  }

  /** The same configuration under another control state. */
  public TrafficPlan with(ControlState changed) {
    return new TrafficPlan(changed, rules, splitter, oldUpstream, newUpstream, failover);
  }

  /** The same control state under another configuration: everything but the state of the other. */
  public TrafficPlan withConfigurationOf(TrafficPlan other) {
    return other.with(state);
  }
}
