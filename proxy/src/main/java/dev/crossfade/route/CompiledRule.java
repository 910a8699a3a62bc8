package dev.crossfade.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A rule, ready to be matched over bytes; cheap conditions first, expressions last. Immutable. */
final class CompiledRule {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern HOST = Pattern.compile("\\[[0-9a-f:.]+]|[^\\s:/\\[\\]]+");

  private final Rule rule;
  private final byte @Nullable [] method;
  private final byte @Nullable [] path;
  private final byte @Nullable [] pathPrefix;
  private final byte @Nullable [] host;
  private final @Nullable Cidr client;
  private final @Nullable HeaderMatch header;
  private final @Nullable Expression pathRegex;

  /**
   * @throws IllegalArgumentException if a condition is malformed, in a full sentence that names it
   */
  CompiledRule(Rule rule) {
    this.rule = rule;
    this.method = rule.method() == null ? null : method(rule, rule.method());
    this.path = rule.path() == null ? null : path(rule, rule.path());
    this.pathPrefix = rule.pathPrefix() == null ? null : pathPrefix(rule, rule.pathPrefix());
    this.host = rule.host() == null ? null : host(rule, rule.host());
    this.client = rule.client() == null ? null : client(rule, rule.client());
    this.header = rule.header() == null ? null : new HeaderMatch(rule, rule.header());
    this.pathRegex =
        rule.pathRegex() == null
            ? null
            : new Expression(rule.pathRegex(), rule.describe("path-regex", rule.pathRegex()));
  }

  Rule rule() {
    return rule;
  }

  boolean matches(RequestFacts facts) {
    return (method == null || isMethod(facts, method))
        && (path == null || isPath(facts, path))
        && (pathPrefix == null || beginsPath(facts, pathPrefix))
        && (host == null || isHost(facts, host))
        && (client == null || client.contains(facts.clientAddress()))
        && (header == null || header.matches(facts))
        && (pathRegex == null || pathRegex.isFoundIn(facts.path(), 0, facts.pathLength()));
  }

  private static boolean isMethod(RequestFacts facts, byte[] method) {
    return Arrays.equals(
        facts.bytes(), facts.methodStart(), facts.methodEnd(), method, 0, method.length);
  }

  private static boolean isPath(RequestFacts facts, byte[] path) {
    return Arrays.equals(facts.path(), 0, facts.pathLength(), path, 0, path.length);
  }

  private static boolean beginsPath(RequestFacts facts, byte[] prefix) {
    return facts.pathLength() >= prefix.length
        && Arrays.equals(facts.path(), 0, prefix.length, prefix, 0, prefix.length);
  }

  /** A dot at the end of a name only says that it is whole (RFC 1034 section 3.1). */
  private static boolean isHost(RequestFacts facts, byte[] host) {
    int from = facts.hostStart();
    int to = facts.hostEnd();
    if (from < 0) {
      return false;
    }
    byte[] bytes = facts.bytes();
    if (to > from && bytes[to - 1] == '.') {
      to--;
    }
    return Ascii.equalsInLowerCase(bytes, from, to, host);
  }

  private static byte[] method(Rule rule, String method) {
    if (!TOKEN.matcher(method).matches()) {
      throw new IllegalArgumentException(
          rule.describe("method", method) + " is no method such as GET.");
    }
    return method.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] path(Rule rule, String path) {
    requirePath(rule, "path", path);
    return normalise(path);
  }

  /** The last segment of a prefix goes on in the request, and so may look like a dot segment. */
  private static byte[] pathPrefix(Rule rule, String prefix) {
    requirePath(rule, "path-prefix", prefix);
    byte[] followed = normalise(prefix + "x");
    return Arrays.copyOf(followed, followed.length - 1);
  }

  private static void requirePath(Rule rule, String key, String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(rule.describe(key, path) + " must begin with a slash.");
    }
    if (path.chars().anyMatch(c -> c == '?' || c == '#' || c == ';')) {
      throw new IllegalArgumentException(
          rule.describe(key, path)
              + " must do without ? and # and ;, since rules see neither the query nor the"
              + " parameters of a path.");
    }
  }

  private static byte[] normalise(String path) {
    byte[] source = path.getBytes(StandardCharsets.UTF_8);
    byte[] target = new byte[source.length + 1];
    return Arrays.copyOf(target, PathNormaliser.normalise(source, 0, source.length, target));
  }

  private static byte[] host(Rule rule, String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    if (!HOST.matcher(name).matches()) {
      throw new IllegalArgumentException(
          rule.describe("host", host)
              + " is no host; it is a name or an address (IPv6 in brackets) without a port.");
    }
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static Cidr client(Rule rule, String client) {
    try {
      return Cidr.parse(client);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          rule.describe("client", client) + " is refused. " + e.getMessage(), e);
    }
  }

  /** The condition on a field: any of those of its name will do. */
  private static final class HeaderMatch {
    private final byte[] name;
    private final byte @Nullable [] value;
    private final @Nullable Expression regex;

    /** False where a request without the field is wanted. */
    private final boolean present;

    HeaderMatch(Rule rule, Rule.HeaderCondition condition) {
      if (!TOKEN.matcher(condition.name()).matches()) {
        throw new IllegalArgumentException(
            rule.describe("header.name", condition.name()) + " is no field name.");
      }
      String text = condition.value();
      String expression = condition.regex();
      name = condition.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
      value = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
      regex =
          expression == null
              ? null
              : new Expression(expression, rule.describe("header.regex", expression));
      present = !Boolean.FALSE.equals(condition.present());
    }

    boolean matches(RequestFacts facts) {
      return present == isThere(facts);
    }

    private boolean isThere(RequestFacts facts) {
      byte[] bytes = facts.bytes();
      for (int field = 0, count = facts.fieldCount(); field < count; field++) {
        if (Ascii.equalsInLowerCase(bytes, facts.nameStart(field), facts.nameEnd(field), name)
            && isWanted(bytes, facts.valueStart(field), facts.valueEnd(field))) {
          return true;
        }
      }
      return false;
    }

    private boolean isWanted(byte[] bytes, int from, int to) {
      return regex != null
          ? regex.isFoundIn(bytes, from, to)
          : value == null || Arrays.equals(bytes, from, to, value, 0, value.length);
    }
  }
}
