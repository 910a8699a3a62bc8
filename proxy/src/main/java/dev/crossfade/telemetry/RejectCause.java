package dev.crossfade.telemetry;

/** Why the proxy itself refused a request, before or instead of any upstream. */
public enum RejectCause {
  MALFORMED("malformed"),
  TARGET_TOO_LONG("target-too-long"),
  HEAD_TOO_LARGE("head-too-large"),
  BODY_TOO_LARGE("body-too-large"),
  TIMEOUT("timeout"),
  METHOD("method"),
  VERSION("version"),
  EXPECTATION("expectation"),
  MAINTENANCE("maintenance"),
  FROZEN("frozen"),
  CAPACITY("capacity"),
  OVERLOAD("overload"),
  UNAVAILABLE("unavailable");

  private final String label;

  RejectCause(String label) {
    this.label = label;
  }

  /** The name in metrics. */
  public String label() {
    return label;
  }
}
