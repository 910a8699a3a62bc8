package dev.crossfade.split;

/** The two versions of the application. */
public enum Side {
  OLD("old"),
  NEW("new");

  private final String label;

  Side(String label) {
    this.label = label;
  }

  /** The name in configuration, API, metrics and logs: {@code old} or {@code new}. */
  public String label() {
    return label;
  }

  /** The other one of the two. */
  public Side other() {
    return this == OLD ? NEW : OLD;
  }
}
