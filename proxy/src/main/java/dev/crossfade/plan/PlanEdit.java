package dev.crossfade.plan;

import org.jspecify.annotations.Nullable;

/** A change that an operator asks for. What it makes of a plan is decided by the control plane. */
public sealed interface PlanEdit {

  /**
   * Sets the share of visitors on new.
   *
   * @param threshold percentage × 100, 0 … 10,000
   */
  record SetThreshold(int threshold) implements PlanEdit {}

  /** Everyone to old, and every pin ends. */
  record Rollback() implements PlanEdit {}

  /** Everyone to new, and every pin ends. */
  record Promote() implements PlanEdit {}

  /** Opens or closes sides and writes; null leaves a field as it is. */
  record SetMaintenance(
      @Nullable Boolean oldSide, @Nullable Boolean newSide, @Nullable Boolean freezeWrites)
      implements PlanEdit {}

  /** Puts an endpoint in a state. */
  record SetEndpointState(EndpointKey endpoint, EndpointState state) implements PlanEdit {}

  /**
   * Takes another configuration; the control state stays.
   *
   * @param configured a plan whose configuration part counts
   */
  record Reconfigure(TrafficPlan configured) implements PlanEdit {}
}
