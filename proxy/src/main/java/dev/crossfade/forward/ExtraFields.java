package dev.crossfade.forward;

import java.util.Arrays;

/**
 * The few fields that the proxy adds to an answer. Used again for the next; confined to one thread.
 */
public final class ExtraFields {
  private byte[][] names = new byte[8][];
  private byte[][] values = new byte[8][];
  private int count;

  /** Adds one; the arrays are kept, not copied. */
  void add(byte[] name, byte[] value) {
    if (count == names.length) {
      names = Arrays.copyOf(names, count * 2);
      values = Arrays.copyOf(values, count * 2);
    }
    names[count] = name;
    values[count] = value;
    count++;
  }

  void clear() {
    count = 0;
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** The name of one. */
  public byte[] name(int field) {
    return names[field];
  }

  /** The value of one. */
  public byte[] value(int field) {
    return values[field];
  }
}
