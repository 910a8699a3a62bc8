package dev.crossfade.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Classes of bytes by RFC 9110 §5, and the searches that every scanner here is made of. */
final class Bytes {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] TARGET = new boolean[256];
  private static final byte[] HEX = new byte[256];

  static {
    for (int c = 0x21; c < 0x7f; c++) {
      TARGET[c] = true;
    }
    // Not in RFC 3986, but sent by real clients, passed on by nginx, and unable to end a line.
    for (int c = 0x80; c <= 0xff; c++) {
      TARGET[c] = true;
    }
    // A fragment stays with the client (RFC 9112 §3.2); one that is sent all the same is cut off
    // by some, and taken for a part of the path by others.
    TARGET['#'] = false;
    for (int c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (int c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - 0x20] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
    Arrays.fill(HEX, (byte) -1);
    for (int i = 0; i < 10; i++) {
      HEX['0' + i] = (byte) i;
    }
    for (int i = 0; i < 6; i++) {
      HEX['a' + i] = (byte) (10 + i);
      HEX['A' + i] = (byte) (10 + i);
    }
  }

  private Bytes() {}

  /** Whether the byte may stand in a token (RFC 9110 §5.6.2). */
  static boolean isToken(byte b) {
    return TOKEN[b & 0xff];
  }

  /** Whether the byte may stand in a request target. */
  static boolean isTarget(byte b) {
    return TARGET[b & 0xff];
  }

  /** Whether the byte may stand in a field value: all but control characters, and HTAB. */
  static boolean isFieldValue(byte b) {
    return b < 0 || (b >= 0x20 && b != 0x7f) || b == '\t';
  }

  /** Value of a hexadecimal digit, -1 for anything else. */
  static int hex(byte b) {
    return HEX[b & 0xff];
  }

  /** Whether the byte is white space within a line (RFC 9110 §5.6.3). */
  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** First control character other than HTAB in the range, or {@code to}; eight bytes a step. */
  static int findControl(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - 8; i += 8) {
      long word = (long) WORD.get(bytes, i);
      // Hacker's Delight §6-1: a byte below 0x20, or one that is 0x7f. False hits only behind a
      // real one, and what is found is looked at byte by byte below.
      long low = (word - ONES * 0x20) & ~word & HIGH_BITS;
      long delete = word ^ (ONES * 0x7f);
      long isDelete = (delete - ONES) & ~delete & HIGH_BITS;
      if ((low | isDelete) != 0) {
        int end = i + 8;
        for (int j = i; j < end; j++) {
          if (!isFieldValue(bytes[j])) {
            return j;
          }
        }
      }
    }
    for (; i < to; i++) {
      if (!isFieldValue(bytes[i])) {
        return i;
      }
    }
    return to;
  }

  /** Whether the range holds the given lower-case ASCII text, in any letter case. */
  static boolean equalsIgnoreCase(byte[] bytes, int from, int to, byte[] lowerCase) {
    if (to - from != lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte c = bytes[from + i];
      if (c != lowerCase[i] && (c < 'A' || c > 'Z' || c + 0x20 != lowerCase[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether two ranges of the same array hold the same text, in any letter case. */
  static boolean equalsIgnoreCase(byte[] bytes, int aFrom, int aTo, int bFrom, int bTo) {
    if (aTo - aFrom != bTo - bFrom) {
      return false;
    }
    for (int i = 0; i < aTo - aFrom; i++) {
      if (lower(bytes[aFrom + i]) != lower(bytes[bFrom + i])) {
        return false;
      }
    }
    return true;
  }

  /** The text in the range, which is ASCII, in lower case. */
  static String lowerCase(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
  }

  static int lower(byte c) {
    return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
  }
}
