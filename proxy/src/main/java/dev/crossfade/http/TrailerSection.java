package dev.crossfade.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trailer section of a chunked body (RFC 9112 §7.1.2) with its empty line, as {@link
 * ChunkScanner} has judged and bounded it.
 */
public final class TrailerSection {
  /**
   * What is needed before the content, beside the fields that a proxy looks at anyway: conditions,
   * credentials, how to handle a message and what its content is.
   */
  private static final Set<String> HEADER_ONLY =
      Set.of(
          "age",
          "content-encoding",
          "content-language",
          "content-location",
          "content-range",
          "content-type",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "location",
          "pragma",
          "range",
          "retry-after",
          "vary",
          "warning",
          "www-authenticate",
          "x-real-ip");

  /**
   * What controls how an answer is handled besides, or is for proxies; means nothing in requests.
   */
  private static final Set<String> ANSWERS_HEADER_ONLY =
      Set.of("date", "expires", "proxy-authentication-info");

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

  /** Whether a field may not stand in a trailer section (RFC 9110 §6.5.1), by its name. */
  static boolean forbids(byte[] b, int nameStart, int nameEnd) {
    return FieldName.of(b, nameStart, nameEnd).forbiddenInTrailers()
        || HEADER_ONLY.contains(Bytes.lowerCase(b, nameStart, nameEnd));
  }

  /** The same in an answer's trailer section. */
  static boolean forbidsInAnswer(byte[] b, int nameStart, int nameEnd) {
    return forbids(b, nameStart, nameEnd)
        || ANSWERS_HEADER_ONLY.contains(Bytes.lowerCase(b, nameStart, nameEnd));
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
