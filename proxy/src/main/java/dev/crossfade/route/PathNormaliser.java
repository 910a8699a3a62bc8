package dev.crossfade.route;

/**
 * Brings a path into the one form in which rules compare it, so that no other spelling of a path
 * gets past a rule. Only the rules see it: what goes to the upstream are the client's own bytes.
 * Allocates nothing, safe from any thread.
 *
 * <p>Exactly once, in this order:
 *
 * <ol>
 *   <li>What is behind {@code ?} or {@code #} is no part of the path.
 *   <li>Percent-encoded unreserved characters are decoded (RFC 3986 section 6.2.2.2), and so are
 *       encoded bytes of 0x80 and above (RFC 3987 section 5.3.2.3): {@code %7Eb%C3%BC} is {@code
 *       ~bü}. Hex digits of those that stay are in upper case (section 6.2.2.1). A percent sign
 *       without two hex digits stays as it is. Nothing is decoded twice.
 *   <li>Slashes in disguise are slashes: {@code %2F}, the backslash and {@code %5C}, since some
 *       origins take them so.
 *   <li>Parameters of a segment are dropped, from {@code ;} to its end, as servlet containers do:
 *       {@code /rest;x/a} is {@code /rest/a}, and {@code /a/..;/b} is {@code /b}.
 *   <li>Dot segments are removed (section 5.2.4), never above the root.
 *   <li>Several slashes are one.
 * </ol>
 *
 * <p>The outcome is never longer than the path and a slash.
 */
public final class PathNormaliser {
  private static final byte[] UPPER_HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  private static final int NO_ESCAPE = -1;

  private PathNormaliser() {}

  /**
   * Normalises a path.
   *
   * @param source where the path lies, from inclusive, to exclusive; the query may be among it
   * @param target gets the outcome from 0; of at least {@code to - from + 1} bytes, and another
   *     array than the source
   * @return how many bytes the outcome has, at least one. It begins with a slash; only {@code *}
   *     alone (RFC 9112 section 3.2.4) stays what it is
   */
  public static int normalise(byte[] source, int from, int to, byte[] target) {
    if (to - from == 1 && source[from] == '*') {
      target[0] = '*';
      return 1;
    }
    target[0] = '/';
    int length = 1;
    int at = from;
    while (at < to && !endsPath(source[at])) {
      int escaped = escaped(source, at, to);
      int value = escaped == NO_ESCAPE ? source[at] & 0xff : escaped;
      if (isSlash(value)) {
        length = endSegment(target, length, true);
      } else if (escaped == NO_ESCAPE && value == ';') {
        at = skipParameters(source, at, to);
        continue;
      } else if (escaped == NO_ESCAPE || standsForItself(escaped)) {
        target[length++] = (byte) value;
      } else {
        length = putEscape(target, length, escaped);
      }
      at += escaped == NO_ESCAPE ? 1 : 3;
    }
    return endSegment(target, length, false);
  }

  private static boolean endsPath(byte b) {
    return b == '?' || b == '#';
  }

  private static boolean isSlash(int value) {
    return value == '/' || value == '\\';
  }

  /** The byte that is percent-encoded here, or {@link #NO_ESCAPE}. */
  private static int escaped(byte[] source, int at, int to) {
    if (source[at] != '%' || to - at < 3) {
      return NO_ESCAPE;
    }
    int high = Character.digit(source[at + 1], 16);
    int low = Character.digit(source[at + 2], 16);
    return high < 0 || low < 0 ? NO_ESCAPE : (high << 4) | low;
  }

  /** Unreserved characters, RFC 3986 section 2.3, and what is not ASCII. */
  private static boolean standsForItself(int value) {
    return (value >= 'a' && value <= 'z')
        || (value >= 'A' && value <= 'Z')
        || (value >= '0' && value <= '9')
        || value == '-'
        || value == '.'
        || value == '_'
        || value == '~'
        || value >= 0x80;
  }

  private static int putEscape(byte[] target, int length, int value) {
    target[length] = '%';
    target[length + 1] = UPPER_HEX[value >> 4];
    target[length + 2] = UPPER_HEX[value & 15];
    return length + 3;
  }

  private static int skipParameters(byte[] source, int from, int to) {
    int at = from;
    while (at < to && !endsPath(source[at]) && !isSlash(source[at])) {
      if (isSlash(escaped(source, at, to))) {
        break;
      }
      at++;
    }
    return at;
  }

  /**
   * Takes the last segment of the outcome for done: removes it if it is a dot segment, and else
   * puts a slash behind it if one follows.
   *
   * @return the new length
   */
  private static int endSegment(byte[] target, int length, boolean slashFollows) {
    int start = afterLastSlash(target, length);
    int size = length - start;
    if (size == 0 || (size == 1 && target[start] == '.')) {
      return start;
    }
    if (size == 2 && target[start] == '.' && target[start + 1] == '.') {
      return start == 1 ? 1 : afterLastSlash(target, start - 1);
    }
    if (slashFollows) {
      target[length] = '/';
      return length + 1;
    }
    return length;
  }

  private static int afterLastSlash(byte[] target, int length) {
    int at = length;
    while (target[at - 1] != '/') {
      at--;
    }
    return at;
  }
}
