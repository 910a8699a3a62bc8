package dev.crossfade.forward;

import dev.crossfade.http.ChunkScanner;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The form with the upgrade token as it comes in. In a body it is in nobody's log and history,
 * unlike in an address. Confined to one event loop.
 */
final class TokenForm {
  /** More than any token that fits into a cookie, escaped. */
  static final int MOST = 16 * 1024;

  private final StringBuilder pairs = new StringBuilder();
  private final ChunkScanner chunks = new ChunkScanner(ChunkScanner.BadTrailers.REFUSED);
  private final boolean chunked;

  /** An empty one. */
  TokenForm(boolean chunked) {
    this.chunked = chunked;
  }

  /**
   * More of it, framed as it came.
   *
   * @param bytes released
   * @return whether it is still of a size that a form may have
   */
  boolean add(ByteBuf bytes) {
    if (chunked) {
      chunks.scan(bytes, bytes.readerIndex(), bytes.writerIndex(), this::data);
    } else {
      data(bytes, bytes.readerIndex(), bytes.writerIndex());
    }
    bytes.release();
    return pairs.length() <= MOST;
  }

  private void data(ByteBuf buffer, int from, int to) {
    if (pairs.length() <= MOST) {
      pairs.append(buffer.toString(from, to - from, StandardCharsets.ISO_8859_1));
    }
  }

  /** The token; empty where the form has none. */
  String token() {
    String token = QaRequest.parameter(pairs.toString(), QaRequest.TOKEN);
    return token == null ? "" : token;
  }
}
