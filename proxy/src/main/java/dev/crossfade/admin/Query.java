package dev.crossfade.admin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a target. Values are bytes: percent-decoded, each a character up to U+00FF, so that
 * a cookie comes out as the client would send it. A plus sign is a blank, as forms have it.
 */
final class Query {
  private final Map<String, List<String>> parameters;

  private Query(Map<String, List<String>> parameters) {
    this.parameters = parameters;
  }

  /** Parses what stands behind the question mark. */
  static Query parse(String raw) throws Problem {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters
            .computeIfAbsent(decode(name.replace('+', ' ')), n -> new ArrayList<>())
            .add(decode(value.replace('+', ' ')));
      }
    }
    return new Query(parameters);
  }

  /** The one value of a parameter; null if it is not there. */
  @Nullable String one(String name) throws Problem {
    List<String> values = parameters.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new Problem(400, "The parameter " + name + " stands twice.");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  /** The names of all parameters. */
  Set<String> names() {
    return parameters.keySet();
  }

  /** All values of a parameter in their order. */
  List<String> all(String name) {
    return parameters.getOrDefault(name, List.of());
  }

  /** Refuses all parameters but these. */
  void refuseOthersThan(Set<String> known) throws Problem {
    if (!known.containsAll(parameters.keySet())) {
      throw new Problem(
          400,
          "The query has an unknown parameter; known are "
              + String.join(", ", known.stream().sorted().toList())
              + ".");
    }
  }

  /** Percent-decodes to bytes, each a character. */
  static String decode(String encoded) throws Problem {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      int high = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 1), 16) : -1;
      int low = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new Problem(400, "The target has a percent sign without two hexadecimal digits.");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
