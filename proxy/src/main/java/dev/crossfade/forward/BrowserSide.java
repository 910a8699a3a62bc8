package dev.crossfade.forward;

import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import org.jspecify.annotations.Nullable;

/**
 * The side that a browser is on, why, and which one it would be on otherwise.
 *
 * @param plan under which it is so
 * @param now what was decided about the request as it came
 * @param without what would be decided without the upgrade cookie
 * @param upgraded whether the request carries a valid upgrade cookie that asks for new, honoured or
 *     not
 * @param rule the name of the rule that decided, null if none did
 * @param newAvailable whether new has a healthy endpoint
 */
record BrowserSide(
    TrafficPlan plan,
    Assignment now,
    Assignment without,
    boolean upgraded,
    @Nullable String rule,
    boolean newAvailable) {

  /** What will be decided once the upgrade cookie is set. */
  Assignment enabled() {
    return rule == null && plan.state().upgradeHonoured()
        ? Assignment.of(Side.NEW, Reason.UPGRADE, Assignment.NO_BUCKET)
        : without;
  }

  /** Whether visitors of the side are turned away for maintenance. */
  boolean closed(Side side) {
    return plan.state().maintenance().closes(side);
  }
}
