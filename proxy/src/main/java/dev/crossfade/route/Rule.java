package dev.crossfade.route;

import dev.crossfade.split.Side;
import org.jspecify.annotations.Nullable;

/**
 * A rule as configured; null stands for a condition that is not made. All that are made must hold.
 *
 * @param name shown in explain, logs and metrics
 * @param path the whole path
 * @param pathPrefix how the path begins
 * @param pathRegex found anywhere in the path
 * @param method by letter case
 * @param host without regard to letter case and port
 * @param header a field of the request
 * @param client the client's network in CIDR notation
 */
public record Rule(
    String name,
    @Nullable String path,
    @Nullable String pathPrefix,
    @Nullable String pathRegex,
    @Nullable String method,
    @Nullable String host,
    @Nullable HeaderCondition header,
    @Nullable String client,
    Side side) {

  /**
   * @throws IllegalArgumentException if there is no name, no condition, or a path that does not
   *     begin with a slash
   */
  public Rule {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A rule needs a name.");
    }
    if (path == null
        && pathPrefix == null
        && pathRegex == null
        && method == null
        && host == null
        && header == null
        && client == null) {
      throw new IllegalArgumentException(
          "A rule needs a condition: path, path-prefix, path-regex, method, host, header or"
              + " client.");
    }
    requireSlash("path", path);
    requireSlash("path-prefix", pathPrefix);
  }

  /**
   * The name of a rule that was given none.
   *
   * @param place among the rules, from 1
   */
  public static String nameByPlace(int place) {
    return "rule-" + place;
  }

  /** The beginning of a sentence about one of its conditions. */
  String describe(String key, String value) {
    return "The " + key + " \"" + value + "\" of the rule " + name;
  }

  private static void requireSlash(String what, @Nullable String path) {
    if (path != null && !path.startsWith("/")) {
      throw new IllegalArgumentException(
          "A rule's " + what + " begins with a slash, but this is \"" + path + "\".");
    }
  }

  /**
   * What a field of the request must be like; exactly one condition is made. Where the field stands
   * several times, any of them will do.
   *
   * @param value the whole value
   * @param regex found anywhere in the value
   * @param present whether the field is there, with whatever value
   */
  public record HeaderCondition(
      String name, @Nullable String value, @Nullable String regex, @Nullable Boolean present) {

    /** A field with a value, or with one in which the expression is found. */
    public HeaderCondition(String name, @Nullable String value, @Nullable String regex) {
      this(name, value, regex, null);
    }

    /**
     * @throws IllegalArgumentException if there is no name, or not exactly one of value, regex and
     *     present
     */
    public HeaderCondition {
      if (name.isBlank()) {
        throw new IllegalArgumentException("A header condition needs a name.");
      }
      int made = (value == null ? 0 : 1) + (regex == null ? 0 : 1) + (present == null ? 0 : 1);
      if (made != 1) {
        throw new IllegalArgumentException(
            "A header condition needs one of value, regex and present, and no more.");
      }
    }
  }
}
