package dev.crossfade.config;

import dev.crossfade.split.SplitSettings;
import java.util.regex.Pattern;

/** Words of HTTP that stand in the configuration. */
final class HttpWords {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  // Neither blanks and control characters nor what would end the path or the attribute.
  private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e&&[^?#;]]*");
  private static final Pattern RULE_PATH = Pattern.compile("/[^\\x00-\\x20\\x7f?#]*");
  private static final Pattern TARGET = Pattern.compile("/[\\x21-\\x7e&&[^#]]*");
  private static final Pattern FIELD_VALUE =
      Pattern.compile("[^\\x00-\\x20\\x7f]([^\\x00-\\x08\\x0a-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?");
  private static final Pattern RULE_NAME = Pattern.compile("[^\\x00-\\x1f\\x7f]{1,100}");
  private static final Pattern DOMAIN =
      Pattern.compile("\\.?[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?");

  private HttpWords() {}

  /** RFC 6265, 4.1.1. */
  static Form<String> cookieName() {
    return new Form<>(
        "a cookie's name (letters, digits and any of !#$%&'*+.^_`|~-)",
        text -> SplitSettings.isCookieName(text) ? text : null);
  }

  /** RFC 9110, 5.6.2. */
  static Form<String> token(String expected) {
    return Form.matching(TOKEN, expected);
  }

  /** A path of our own: a page, or a cookie's Path attribute. */
  static Form<String> path() {
    return Form.matching(PATH, "a path that begins with a slash, of visible ASCII without ? # ;");
  }

  static Form<String> rulePath() {
    return Form.matching(RULE_PATH, "a path that begins with a slash, without query");
  }

  /** What stands in a request line: a path, and a query where there is one. */
  static Form<String> target() {
    return Form.matching(TARGET, "a path that begins with a slash, of visible ASCII without #");
  }

  static Form<String> fieldValue() {
    return Form.matching(FIELD_VALUE, "a field's value that is not empty");
  }

  static Form<String> ruleName() {
    return Form.matching(RULE_NAME, "a name of 1 to 100 characters");
  }

  static Form<String> domain() {
    return Form.matching(DOMAIN, "a domain such as shop.example");
  }
}
