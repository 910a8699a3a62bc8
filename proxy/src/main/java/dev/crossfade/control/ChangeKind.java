package dev.crossfade.control;

import dev.crossfade.plan.PlanEdit;
import org.jspecify.annotations.Nullable;

/** What sort of change led to a revision. */
public enum ChangeKind {
  INITIAL("initial"),
  SPLIT("split"),
  ROLLBACK("rollback"),
  PROMOTE("promote"),
  MAINTENANCE("maintenance"),
  ENDPOINT("endpoint"),
  RELOAD("reload");

  private final String label;

  ChangeKind(String label) {
    this.label = label;
  }

  /** The name in the state folder. */
  public String label() {
    return label;
  }

  /** The kind of an edit. */
  static ChangeKind of(PlanEdit edit) {
    if (edit instanceof PlanEdit.SetThreshold) {
      return SPLIT;
    }
    if (edit instanceof PlanEdit.Rollback) {
      return ROLLBACK;
    }
    if (edit instanceof PlanEdit.Promote) {
      return PROMOTE;
    }
    if (edit instanceof PlanEdit.SetMaintenance) {
      return MAINTENANCE;
    }
    return edit instanceof PlanEdit.SetEndpointState ? ENDPOINT : RELOAD;
  }

  /** The kind with that label, null where there is none. */
  static @Nullable ChangeKind labelled(String label) {
    for (ChangeKind kind : values()) {
      if (kind.label.equals(label)) {
        return kind;
      }
    }
    return null;
  }
}
