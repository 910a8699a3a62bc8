package dev.crossfade.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The trailer section of a chunked body, kept as it came in (RFC 9112 §7.1.2): {@link ChunkScanner}
 * has judged and bounded it. Used again for the next; confined to one thread.
 */
public final class TrailerSection {
  /** Of the empty line, which is all there is of most. */
  private static final int EMPTY = 2;

  private byte[] bytes = new byte[256];
  private int length;

  /** Begins another. */
  public void reset() {
    length = 0;
  }

  /** Copies a part of it. */
  public void add(ByteBuf buffer, int from, int to) {
    int more = to - from;
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
    buffer.getBytes(from, bytes, length, more);
    length += more;
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
