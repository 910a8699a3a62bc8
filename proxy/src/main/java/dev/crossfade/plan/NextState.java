package dev.crossfade.plan;

import dev.crossfade.plan.PlanEdit.Promote;
import dev.crossfade.plan.PlanEdit.Reconfigure;
import dev.crossfade.plan.PlanEdit.Rollback;
import dev.crossfade.plan.PlanEdit.SetEndpointState;
import dev.crossfade.plan.PlanEdit.SetMaintenance;
import dev.crossfade.plan.PlanEdit.SetThreshold;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings.AfterRollback;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an edit makes of the control state. Pure: revision, time and author are stamped on by the
 * caller. An edit that changes nothing gives back a state equal to the present one, and no revision
 * is due.
 */
public final class NextState {
  private NextState() {}

  /**
   * The state after an edit.
   *
   * @param plan the plan in force
   * @param repeated whether the change that led to the plan was an edit of the same kind; a
   *     rollback after a rollback, and a promote after a promote, change nothing
   */
  public static ControlState after(TrafficPlan plan, PlanEdit edit, boolean repeated) {
    ControlState now = plan.state();
    if (edit instanceof SetThreshold set) {
      return set.threshold() == now.threshold() ? now : split(now, set.threshold());
    }
    if (edit instanceof Rollback) {
      return repeated && now.threshold() == 0 ? now : rolledBack(plan);
    }
    if (edit instanceof Promote) {
      return repeated && now.threshold() == ControlState.EVERYONE ? now : promoted(now);
    }
    if (edit instanceof SetMaintenance set) {
      return maintained(now, set);
    }
    if (edit instanceof SetEndpointState set) {
      return endpointIn(now, set);
    }
    return configuredAs(((Reconfigure) edit).configured(), now);
  }

  private static ControlState split(ControlState now, int threshold) {
    boolean raised = threshold > now.threshold();
    return with(now, threshold, now.epoch(), now.upgradeHonoured() || raised);
  }

  private static ControlState rolledBack(TrafficPlan plan) {
    ControlState now = plan.state();
    boolean silenced = plan.splitter().settings().upgrade().afterRollback() == AfterRollback.IGNORE;
    return with(now, 0, now.epoch() + 1, now.upgradeHonoured() && !silenced);
  }

  private static ControlState promoted(ControlState now) {
    boolean raised = now.threshold() < ControlState.EVERYONE;
    return with(now, ControlState.EVERYONE, now.epoch() + 1, now.upgradeHonoured() || raised);
  }

  private static ControlState maintained(ControlState now, SetMaintenance set) {
    Maintenance before = now.maintenance();
    Maintenance after =
        new Maintenance(
            orElse(set.oldSide(), before.oldSide()),
            orElse(set.newSide(), before.newSide()),
            orElse(set.freezeWrites(), before.freezeWrites()));
    return after.equals(before) ? now : with(now, after, now.endpoints());
  }

  private static boolean orElse(@Nullable Boolean wanted, boolean present) {
    return wanted == null ? present : wanted;
  }

  private static ControlState endpointIn(ControlState now, SetEndpointState set) {
    if (now.endpoint(set.endpoint()) == set.state()) {
      return now;
    }
    Map<EndpointKey, EndpointState> endpoints = new HashMap<>(now.endpoints());
    if (set.state() == EndpointState.READY) {
      endpoints.remove(set.endpoint());
    } else {
      endpoints.put(set.endpoint(), set.state());
    }
    return with(now, now.maintenance(), endpoints);
  }

  /**
   * The states of endpoints that are no longer configured are dropped: an address that comes back
   * months later must not find itself drained by a decision nobody remembers.
   */
  private static ControlState configuredAs(TrafficPlan configured, ControlState now) {
    Map<EndpointKey, EndpointState> kept = new HashMap<>(now.endpoints());
    kept.keySet().removeIf(key -> !knows(configured, key));
    return kept.size() == now.endpoints().size() ? now : with(now, now.maintenance(), kept);
  }

  /** Whether the configuration names the endpoint. */
  public static boolean knows(TrafficPlan plan, EndpointKey key) {
    Side side = key.side();
    return plan.upstream(side).endpoints().contains(key.address());
  }

  private static ControlState with(
      ControlState now, int threshold, int epoch, boolean upgradeHonoured) {
    return new ControlState(
        now.revision(),
        threshold,
        epoch,
        now.maintenance(),
        upgradeHonoured,
        now.endpoints(),
        now.changedAt(),
        now.changedBy(),
        now.reason());
  }

  private static ControlState with(
      ControlState now, Maintenance maintenance, Map<EndpointKey, EndpointState> endpoints) {
    return new ControlState(
        now.revision(),
        now.threshold(),
        now.epoch(),
        maintenance,
        now.upgradeHonoured(),
        endpoints,
        now.changedAt(),
        now.changedBy(),
        now.reason());
  }
}
