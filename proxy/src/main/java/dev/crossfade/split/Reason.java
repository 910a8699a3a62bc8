package dev.crossfade.split;

/** Why a request went to its side, in the order in which they are tried. */
public enum Reason {
  RULE("rule"),
  UPGRADE("upgrade"),
  PINNED("pinned"),
  BUCKET("bucket"),
  FIRST("first"),
  FAILOVER("failover");

  private final String label;

  Reason(String label) {
    this.label = label;
  }

  /**
   * Whether a decision for this reason is one to come back to. Those by rule and upgrade cookie,
   * and those that failover made, hold for their request alone and pin nobody.
   */
  public boolean lasts() {
    return this == PINNED || this == BUCKET || this == FIRST;
  }

  /** The name in API, metrics, debug headers and logs. */
  public String label() {
    return label;
  }
}
