package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** Which form of an error a client would rather have. */
public final class Accepts {
  private static final byte[] HTML = {'t', 'e', 'x', 't', '/', 'h', 't', 'm', 'l'};

  private Accepts() {}

  /**
   * The language of the page that the client would rather have; null if it would rather have a
   * problem that a program understands (RFC 9457).
   */
  public static @Nullable Language page(RequestHead head) {
    return html(head) ? Language.of(head) : null;
  }

  /** Whether Accept names text/html: browsers do so for pages, programs do not. */
  private static boolean html(RequestHead head) {
    FieldTable fields = head.fields();
    int field = fields.find(FieldName.ACCEPT, 0);
    if (field < 0) {
      return false;
    }
    byte[] b = head.bytes();
    int last = fields.valueEnd(field) - HTML.length;
    for (int i = fields.valueStart(field); i <= last; i++) {
      if (b[i] == 't' && isHtml(b, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHtml(byte[] b, int from) {
    for (int i = 1; i < HTML.length; i++) {
      if (b[from + i] != HTML[i]) {
        return false;
      }
    }
    return true;
  }
}
