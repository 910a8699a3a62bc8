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
   * @throws IllegalArgumentException if there is no condition
   */
  public Rule {
    if (path == null
        && pathPrefix == null
        && pathRegex == null
        && method == null
        && host == null
        && header == null
        && client == null) {
      throw new IllegalArgumentException(
          "The rule "
              + name
              + " among the rules needs a condition: path, path-prefix, path-regex, method, host,"
              + " header or client.");
    }
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

  /** A field that must have the value, or one in which the expression is found; exactly one. */
  public record HeaderCondition(String name, @Nullable String value, @Nullable String regex) {
    /**
     * @throws IllegalArgumentException if there are both value and expression, or neither
     */
    public HeaderCondition {
      if ((value == null) == (regex == null)) {
        throw new IllegalArgumentException(
            "The header condition on " + name + " needs a value or a regex, and not both.");
      }
    }
  }
}
