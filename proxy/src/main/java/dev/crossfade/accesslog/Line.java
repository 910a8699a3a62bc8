package dev.crossfade.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A line that is being made, in ASCII whatever goes into it. Grows to the longest one and is used
 * again for the next; confined to one thread.
 */
final class Line {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Digits of 2^63. */
  private static final int MOST_DIGITS = 19;

  private static final int MICROS = 1_000_000;

  /** The bytes that need no escape in any format: printable ASCII but quotes and backslashes. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    for (int c = 0x20; c < 0x7f; c++) {
      PLAIN[c] = c != '"' && c != '\\';
    }
  }

  private byte[] bytes = new byte[2048];
  private int length;

  void clear() {
    length = 0;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** Adds bytes that need no escape. */
  Line add(byte[] text) {
    reserve(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
    return this;
  }

  /** Adds a character that needs no escape. */
  Line add(char c) {
    reserve(1);
    bytes[length++] = (byte) c;
    return this;
  }

  /** Adds a number that is not negative. */
  Line add(long number) {
    reserve(MOST_DIGITS);
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits(number, digits);
  }

  /** Adds nanoseconds as seconds, with six places behind the point. */
  Line seconds(long nanos) {
    long micros = Math.max(0, nanos) / 1000;
    add(micros / MICROS).add('.');
    reserve(6);
    return digits(micros % MICROS, 6);
  }

  /** Adds the last digits of a number, with zeros in front. */
  Line digits(long number, int digits) {
    reserve(digits);
    long rest = number;
    for (int at = length + digits - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  /**
   * Adds what somebody else said, escaped as JSON wants it within a string. A byte is the character
   * of its number (ISO 8859-1): what was sent can be told again, valid UTF-8 or not.
   */
  Line json(byte[] said, int from, int to) {
    reserve((to - from) * 6);
    for (int at = from; at < to; at++) {
      at = plain(said, at, to);
      if (at < to) {
        jsonCharacter(said[at] & 0xff);
      }
    }
    return this;
  }

  /**
   * Adds what needs no escape, up to the first byte that does: mostly all of it.
   *
   * @return where that byte is
   */
  private int plain(byte[] said, int from, int to) {
    int end = from;
    while (end < to && PLAIN[said[end] & 0xff]) {
      end++;
    }
    System.arraycopy(said, from, bytes, length, end - from);
    length += end - from;
    return end;
  }

  /** The same for a text of the configuration. */
  Line json(String text) {
    reserve(text.length() * 6);
    for (int i = 0; i < text.length(); i++) {
      jsonCharacter(text.charAt(i));
    }
    return this;
  }

  private void jsonCharacter(int c) {
    if (c < PLAIN.length && PLAIN[c]) {
      bytes[length++] = (byte) c;
    } else if (c == '"' || c == '\\') {
      bytes[length++] = '\\';
      bytes[length++] = (byte) c;
    } else {
      bytes[length++] = '\\';
      bytes[length++] = 'u';
      hex(c >> 8);
      hex(c & 0xff);
    }
  }

  /** Adds what somebody else said, escaped as nginx and Apache do it within quotes. */
  Line quoted(byte[] said, int from, int to) {
    reserve((to - from) * 4);
    for (int at = from; at < to; at++) {
      at = plain(said, at, to);
      if (at < to) {
        bytes[length++] = '\\';
        bytes[length++] = 'x';
        hex(said[at]);
      }
    }
    return this;
  }

  /** The same for a text of the configuration, which may hold characters beyond a byte. */
  Line quoted(String text) {
    reserve(text.length() * 6);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        bytes[length++] = '\\';
        bytes[length++] = 'x';
        hex(c);
      } else {
        jsonCharacter(c);
      }
    }
    return this;
  }

  private void hex(int number) {
    bytes[length++] = HEX[number >> 4 & 0xf];
    bytes[length++] = HEX[number & 0xf];
  }
}
