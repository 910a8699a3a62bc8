package dev.crossfade.http;

import java.util.List;

/**
 * The names in a Connection field of what is for this hop only: no field of such a name goes on, in
 * the trailer section either (RFC 9110 §7.6.1). Immutable.
 */
public final class HopFields {
  /** None is named. */
  public static final HopFields NONE = new HopFields(List.of());

  private final List<byte[]> names;

  /**
   * @param names in lower case; kept, not copied
   */
  HopFields(List<byte[]> names) {
    this.names = names;
  }

  /** Whether none is named. */
  boolean isEmpty() {
    return names.isEmpty();
  }

  /** Whether the name in the range is among them. */
  boolean has(byte[] b, int from, int to) {
    for (byte[] name : names) {
      if (Bytes.equalsIgnoreCase(b, from, to, name)) {
        return true;
      }
    }
    return false;
  }
}
