package dev.crossfade.http;

import org.jspecify.annotations.Nullable;

/**
 * The trailer section of a chunked body (RFC 9112 §7.1.2) with its empty line, as {@link
 * ChunkScanner} has judged and bounded it.
 */
public final class TrailerSection {
  /** Of the empty line. */
  private static final int EMPTY = 2;

  private final byte[] bytes;
  private final int length;

  /**
   * @param bytes kept, not copied
   */
  TrailerSection(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /** The fields of the whole section as offsets into {@link #bytes}; null if there are none. */
  public @Nullable FieldTable fields() {
    if (length <= EMPTY) {
      return null;
    }
    int lines = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        lines++;
      }
    }
    FieldTable fields = new FieldTable(lines);
    return fields.scan(bytes, 0, length) == length ? fields : null;
  }

  /** The bytes in which all offsets lie. */
  public byte[] bytes() {
    return bytes;
  }
}
