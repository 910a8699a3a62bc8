package dev.crossfade.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Finds the values of a few cookies in the Cookie fields of a head (RFC 6265 §4.2), and copies a
 * field without one of them. Never fails on odd pairs, but passes over them. Names are
 * case-sensitive, values raw bytes; of several pairs with one name the first counts. Used again for
 * the next head after {@link #reset}; confined to one thread.
 */
public final class CookieScan {
  /** In place of an offset: no such cookie. */
  public static final int ABSENT = -1;

  private final byte[][] names;
  private final int[] valueStart;
  private final int[] valueEnd;

  /**
   * Looks for cookies of these names; the first is the one that {@link #copyWithoutFirst} omits.
   */
  public CookieScan(List<String> names) {
    this.names = names.stream().map(n -> n.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    valueStart = new int[names.size()];
    valueEnd = new int[names.size()];
  }

  /** Begins another head. */
  public void reset() {
    for (int i = 0; i < valueStart.length; i++) {
      valueStart[i] = ABSENT;
    }
  }

  /** Where the value of the cookie with that place in the list begins, or {@link #ABSENT}. */
  public int valueStart(int cookie) {
    return valueStart[cookie];
  }

  /** Behind that value. */
  public int valueEnd(int cookie) {
    return valueEnd[cookie];
  }

  /** Walks one Cookie field's value. */
  public void scan(byte[] b, int from, int to) {
    int at = from;
    while (at < to) {
      int pairEnd = pairEnd(b, at, to);
      int nameStart = skipBlanks(b, at, pairEnd);
      int equals = indexOf(b, nameStart, pairEnd, '=');
      if (equals < pairEnd) {
        note(b, nameStart, trimBlanks(b, nameStart, equals), equals + 1, pairEnd);
      }
      at = pairEnd + 1;
    }
  }

  private void note(byte[] b, int nameStart, int nameEnd, int from, int to) {
    for (int i = 0; i < names.length; i++) {
      if (valueStart[i] == ABSENT && is(b, nameStart, nameEnd, names[i])) {
        int start = skipBlanks(b, from, to);
        valueStart[i] = start;
        valueEnd[i] = trimBlanks(b, start, to);
        return;
      }
    }
  }

  /**
   * Copies a Cookie field's value without any pair of the first name; the bytes of all others stay
   * as they are.
   *
   * @return whether anything was left to copy
   */
  public boolean copyWithoutFirst(byte[] b, int from, int to, ByteBuf out) {
    byte[] omitted = names[0];
    int begun = out.writerIndex();
    int at = from;
    while (at < to) {
      int pairEnd = pairEnd(b, at, to);
      int nameStart = skipBlanks(b, at, pairEnd);
      int equals = indexOf(b, nameStart, pairEnd, '=');
      if (!is(b, nameStart, trimBlanks(b, nameStart, equals), omitted)) {
        boolean first = out.writerIndex() == begun;
        if (!first) {
          out.writeByte(';');
        }
        int start = first ? nameStart : at;
        out.writeBytes(b, start, pairEnd - start);
      }
      at = pairEnd + 1;
    }
    return out.writerIndex() > begun;
  }

  private static int pairEnd(byte[] b, int from, int to) {
    return indexOf(b, from, to, ';');
  }

  private static int indexOf(byte[] b, int from, int to, char wanted) {
    int i = from;
    while (i < to && b[i] != wanted) {
      i++;
    }
    return i;
  }

  private static int skipBlanks(byte[] b, int from, int to) {
    int i = from;
    while (i < to && Bytes.isBlank(b[i])) {
      i++;
    }
    return i;
  }

  private static int trimBlanks(byte[] b, int from, int to) {
    int i = to;
    while (i > from && Bytes.isBlank(b[i - 1])) {
      i--;
    }
    return i;
  }

  private static boolean is(byte[] b, int from, int to, byte[] name) {
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (b[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }
}
