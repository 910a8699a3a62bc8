package dev.crossfade.http;

import java.util.Set;

/**
 * The names in a Connection field of what is for this hop only: no field of such a name goes on, in
 * the trailer section either (RFC 9110 §7.6.1). Immutable.
 */
public final class HopFields {
  /** None is named. */
  public static final HopFields NONE = new HopFields(Set.of());

  private final Set<String> names;

  /**
   * @param names in lower case; kept, not copied
   */
  HopFields(Set<String> names) {
    this.names = names;
  }

  /** Whether none is named. */
  boolean isEmpty() {
    return names.isEmpty();
  }

  /** Whether the name in the range is among them. */
  boolean has(byte[] b, int from, int to) {
    return names.contains(Bytes.lowerCase(b, from, to));
  }
}
