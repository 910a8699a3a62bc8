package dev.crossfade.telemetry;

/** How an upstream failed. */
public enum FailureKind {
  CONNECT("connect"),
  TIMEOUT("timeout"),
  RESET("reset"),
  PROTOCOL("protocol");

  private final String label;

  FailureKind(String label) {
    this.label = label;
  }

  /** The name in metrics. */
  public String label() {
    return label;
  }
}
