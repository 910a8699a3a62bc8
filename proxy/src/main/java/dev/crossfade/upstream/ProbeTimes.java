package dev.crossfade.upstream;

/** When an endpoint is probed next. Belongs to the {@link Watch}. */
final class ProbeTimes {
  /** In rounds of the watch; 0 if none is planned. */
  long next;

  /** Whether one is under way. */
  boolean underWay;

  /** Whether the last ones were of the configured kind. */
  boolean asked;
}
