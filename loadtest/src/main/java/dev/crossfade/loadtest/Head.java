package dev.crossfade.loadtest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The head of an HTTP/1 message, for those who read from a blocking socket. */
public record Head(String text) {
  private static final String END = "\r\n\r\n";
  private static final String LENGTH = "\r\ncontent-length:";

  /**
   * Reads up to the end of the head and no further.
   *
   * @return null where the stream ends before
   */
  public static @Nullable Head read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf(END, Math.max(0, head.length() - END.length())) < 0) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.append((char) b);
    }
    return new Head(head.toString());
  }

  /** How many bytes of body it announces; nothing where it does not say. */
  public OptionalInt contentLength() {
    String lower = text.toLowerCase(Locale.ROOT);
    int at = lower.indexOf(LENGTH);
    if (at < 0) {
      return OptionalInt.empty();
    }
    int begin = at + LENGTH.length();
    return OptionalInt.of(
        Integer.parseInt(text.substring(begin, text.indexOf('\r', begin)).strip()));
  }

  /** Whether it says that the connection ends with this message. */
  public boolean closes() {
    return text.toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
  }
}
