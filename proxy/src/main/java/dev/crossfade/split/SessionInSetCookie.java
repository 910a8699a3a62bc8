package dev.crossfade.split;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Finds a session id in the value of a Set-Cookie field, as user agents read it (RFC 6265 section
 * 5.2). Immutable, safe from any thread.
 */
final class SessionInSetCookie {
  private static final byte[] MAX_AGE = "max-age".getBytes(StandardCharsets.US_ASCII);

  private final byte[][] names;

  /**
   * @param names of session cookies, by letter case
   */
  SessionInSetCookie(List<String> names) {
    this.names =
        names.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
  }

  /**
   * Where the session id lies: start in the upper and end in the lower 32 bits; -1 if the field
   * sets none of the session cookies, sets an empty one, or deletes it by Max-Age.
   */
  long find(byte[] bytes, int from, int to) {
    int pairEnd = indexOf(bytes, (byte) ';', from, to);
    int equals = indexOf(bytes, (byte) '=', from, pairEnd);
    if (equals == pairEnd) {
      return -1;
    }
    int nameStart = skipBlanks(bytes, from, equals);
    int nameEnd = trimBlanks(bytes, nameStart, equals);
    int start = skipBlanks(bytes, equals + 1, pairEnd);
    int end = trimBlanks(bytes, start, pairEnd);
    if (start == end || !isSession(bytes, nameStart, nameEnd) || deletes(bytes, pairEnd, to)) {
      return -1;
    }
    return ((long) start << 32) | end;
  }

  private boolean isSession(byte[] bytes, int from, int to) {
    for (byte[] name : names) {
      if (Arrays.equals(bytes, from, to, name, 0, name.length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a Max-Age of 0 or less is among the attributes; of several the last counts. */
  private static boolean deletes(byte[] bytes, int from, int to) {
    boolean deletes = false;
    for (int at = from; at < to; ) {
      int start = skipBlanks(bytes, at + 1, to);
      int end = indexOf(bytes, (byte) ';', start, to);
      int equals = indexOf(bytes, (byte) '=', start, end);
      if (equals < end && isMaxAge(bytes, start, trimBlanks(bytes, start, equals))) {
        int value = skipBlanks(bytes, equals + 1, end);
        deletes = isZeroOrLess(bytes, value, trimBlanks(bytes, value, end), deletes);
      }
      at = end;
    }
    return deletes;
  }

  private static boolean isMaxAge(byte[] bytes, int from, int to) {
    if (to - from != MAX_AGE.length) {
      return false;
    }
    for (int i = 0; i < MAX_AGE.length; i++) {
      byte b = bytes[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != MAX_AGE[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * A value that is no number is passed over (RFC 6265 section 5.2.2), and what was before holds.
   */
  private static boolean isZeroOrLess(byte[] bytes, int from, int to, boolean otherwise) {
    boolean negative = from < to && bytes[from] == '-';
    int digits = negative ? from + 1 : from;
    boolean zero = true;
    for (int i = digits; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return otherwise;
      }
      zero &= bytes[i] == '0';
    }
    return digits == to ? otherwise : negative || zero;
  }

  private static int indexOf(byte[] bytes, byte wanted, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private static int skipBlanks(byte[] bytes, int from, int to) {
    int at = Math.min(from, to);
    while (at < to && isBlank(bytes[at])) {
      at++;
    }
    return at;
  }

  private static int trimBlanks(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && isBlank(bytes[end - 1])) {
      end--;
    }
    return end;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
