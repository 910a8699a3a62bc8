package dev.crossfade.upstream;

/**
 * How far an endpoint is trusted with requests, from not at all to fully. A request goes to the
 * most trusted ones that there are.
 */
enum Standing {
  /** Takes no connections, fails its probes, or its name is not known. */
  DOWN("down"),
  /** Takes no connections either, but says so at once: to try costs nothing. */
  REFUSING("down"),
  /** Was down and seems to be well, but goes up and down; not yet believed. */
  HELD("recovering"),
  /** Takes connections, but was left out for its answers. */
  EJECTED("ejected"),
  /** The last connect failed; it may be gone. */
  SUSPECT("suspect"),
  /** As it should be. */
  SOUND("healthy");

  private final String label;

  Standing(String label) {
    this.label = label;
  }

  /** The word in the API and the log. */
  String label() {
    return label;
  }

  boolean atLeast(Standing least) {
    return compareTo(least) >= 0;
  }
}
