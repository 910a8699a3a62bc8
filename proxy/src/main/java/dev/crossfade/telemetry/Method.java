package dev.crossfade.telemetry;

/** Request methods told apart in telemetry; all others count as {@link #OTHER}. */
public enum Method {
  GET,
  HEAD,
  POST,
  PUT,
  DELETE,
  PATCH,
  OPTIONS,
  TRACE,
  OTHER;

  /** The method itself, or {@code other}. */
  public String label() {
    return this == OTHER ? "other" : name();
  }
}
