package dev.crossfade.plan;

/** What operators have decided about an endpoint. */
public enum EndpointState {
  /** Gets requests. */
  READY("ready"),
  /** Gets no new request; those under way finish. */
  DRAIN("drain"),
  /** Like {@link #DRAIN}, and is not probed either. */
  MAINT("maint");

  private final String label;

  EndpointState(String label) {
    this.label = label;
  }

  /** The name in the API. */
  public String label() {
    return label;
  }
}
