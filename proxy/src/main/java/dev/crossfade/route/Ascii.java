package dev.crossfade.route;

/** Comparing bytes of ASCII without regard to letter case. */
final class Ascii {
  private Ascii() {}

  /**
   * Whether the bytes, brought to lower case, are these.
   *
   * @param lower in lower case already
   */
  static boolean equalsInLowerCase(byte[] bytes, int from, int to, byte[] lower) {
    if (to - from != lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      byte b = bytes[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != lower[i]) {
        return false;
      }
    }
    return true;
  }
}
