package dev.crossfade.split;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/**
 * Finds a session id in the value of a Set-Cookie field, as user agents read it (RFC 6265 section
 * 5.2). Immutable, safe from any thread.
 */
final class SessionInSetCookie {
  private static final byte[] MAX_AGE = "max-age".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EXPIRES = "expires".getBytes(StandardCharsets.US_ASCII);

  // What a Max-Age says.
  private static final int UNSAID = 0;
  private static final int OVER = 1;
  private static final int TO_COME = 2;

  private final byte[][] names;
  private final InstantSource clock;

  /**
   * @param names of session cookies, by letter case
   * @param clock tells which Expires are in the past
   */
  SessionInSetCookie(List<String> names, InstantSource clock) {
    this.clock = clock;
    this.names =
        names.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
  }

  /**
   * Where the session id lies: start in the upper and end in the lower 32 bits; -1 if the field
   * sets none of the session cookies, sets an empty one, or deletes it by Max-Age or Expires.
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

  /**
   * Whether a Max-Age of 0 or less is among the attributes, or without any Max-Age an Expires that
   * is past. Of several the last counts; one that can't be read is passed over, and what was before
   * holds (RFC 6265 sections 5.2.1, 5.2.2 and 5.3).
   */
  private boolean deletes(byte[] bytes, int from, int to) {
    int maxAge = UNSAID;
    long expires = CookieDate.NONE;
    for (int at = from; at < to; ) {
      int start = skipBlanks(bytes, at + 1, to);
      int end = indexOf(bytes, (byte) ';', start, to);
      int equals = indexOf(bytes, (byte) '=', start, end);
      if (equals < end) {
        int nameEnd = trimBlanks(bytes, start, equals);
        int value = skipBlanks(bytes, equals + 1, end);
        int valueEnd = trimBlanks(bytes, value, end);
        if (isNamed(bytes, start, nameEnd, MAX_AGE)) {
          maxAge = maxAgeSays(bytes, value, valueEnd, maxAge);
        } else if (isNamed(bytes, start, nameEnd, EXPIRES)) {
          long date = CookieDate.parse(bytes, value, valueEnd);
          expires = date == CookieDate.NONE ? expires : date;
        }
      }
      at = end;
    }
    return maxAge == UNSAID
        ? expires != CookieDate.NONE && expires <= clock.instant().getEpochSecond()
        : maxAge == OVER;
  }

  private static boolean isNamed(byte[] bytes, int from, int to, byte[] lowerCase) {
    if (to - from != lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = bytes[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  /** What a Max-Age says; {@code otherwise} where it is no number. */
  private static int maxAgeSays(byte[] bytes, int from, int to, int otherwise) {
    boolean negative = from < to && bytes[from] == '-';
    int digits = negative ? from + 1 : from;
    boolean zero = true;
    for (int i = digits; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return otherwise;
      }
      zero &= bytes[i] == '0';
    }
    if (digits == to) {
      return otherwise;
    }
    return negative || zero ? OVER : TO_COME;
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
