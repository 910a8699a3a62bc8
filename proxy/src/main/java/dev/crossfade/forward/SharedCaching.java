package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Whether a shared cache may store an answer, by its Cache-Control (RFC 9111 §5.2.2): one with our
 * cookie in it would hand one visitor's bucket to all.
 */
final class SharedCaching {
  private SharedCaching() {}

  /** Neither no-store nor private, and public, s-maxage, or a max-age above 0. */
  static boolean mayStore(ResponseHead head) {
    FieldTable fields = head.fields();
    int field = fields.find(FieldName.CACHE_CONTROL, 0);
    if (field < 0) {
      return false;
    }
    boolean storable = false;
    for (; field >= 0; field = fields.find(FieldName.CACHE_CONTROL, field + 1)) {
      String value =
          new String(
              head.bytes(),
              fields.valueStart(field),
              fields.valueEnd(field) - fields.valueStart(field),
              StandardCharsets.ISO_8859_1);
      for (String directive : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        String name = directive.strip();
        if (name.equals("no-store") || name.equals("private") || name.startsWith("private=")) {
          return false;
        }
        storable |= isPermission(name);
      }
    }
    return storable;
  }

  private static boolean isPermission(String directive) {
    if (directive.equals("public") || directive.startsWith("s-maxage=")) {
      return true;
    }
    if (!directive.startsWith("max-age=")) {
      return false;
    }
    String seconds = directive.substring("max-age=".length()).replace("\"", "");
    // A value that is no number counts as fresh: with cookies the careful reading is the safe one.
    return seconds.isEmpty() || !seconds.chars().allMatch(c -> c == '0');
  }
}
