package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
      for (String directive : directives(value.toLowerCase(Locale.ROOT))) {
        // Private with names of fields forbids no more than to store those fields.
        if (directive.equals("no-store") || directive.equals("private")) {
          return false;
        }
        storable |= isPermission(directive);
      }
    }
    return storable;
  }

  /** Between commas, but for those in a quoted string. */
  private static List<String> directives(String value) {
    List<String> directives = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        directives.add(value.substring(from, i).strip());
        from = i + 1;
      }
    }
    directives.add(value.substring(from).strip());
    return directives;
  }

  /** Blanks around the equals sign are not allowed, and there are caches that allow them. */
  private static boolean isPermission(String directive) {
    int equals = directive.indexOf('=');
    String name = equals < 0 ? directive : directive.substring(0, equals).strip();
    return switch (name) {
      case "public" -> equals < 0;
      case "s-maxage" -> true;
      case "max-age" -> isFresh(directive.substring(equals + 1));
      default -> false;
    };
  }

  /**
   * A value that is no number counts as fresh: with cookies the careful reading is the safe one.
   */
  private static boolean isFresh(String maxAge) {
    String seconds = maxAge.replace("\"", "").strip();
    return seconds.isEmpty() || !seconds.chars().allMatch(c -> c == '0');
  }
}
