package dev.crossfade.control;

import dev.crossfade.plan.ControlState;

/** A change that was not taken; the state stays as it was. */
public final class ChangeRefused extends Exception {
  private final Why why;
  private final transient ControlState current;

  ChangeRefused(Why why, ControlState current, String message) {
    super(message);
    this.why = why;
    this.current = current;
  }

  /** Why. */
  public Why why() {
    return why;
  }

  /** The state in force instead. */
  public ControlState current() {
    return current;
  }

  /** The reasons to refuse a change. */
  public enum Why {
    /** The state has moved on from the revision on which the change was to build. */
    STALE,
    /** It could not be made durable. */
    NOT_STORED,
    /** No such endpoint is configured. */
    UNKNOWN_ENDPOINT,
    /** The control plane has been closed. */
    CLOSED
  }
}
