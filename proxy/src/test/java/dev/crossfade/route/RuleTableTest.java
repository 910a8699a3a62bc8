package dev.crossfade.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.crossfade.route.Rule.HeaderCondition;
import dev.crossfade.split.Side;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTableTest {
  @Test
  void anEmptyTableMatchesNothing() {
    assertThat(RuleTable.EMPTY.match(Request.get("/"))).isNull();
  }

  @Test
  void theFirstRuleThatMatchesCounts() {
    Rule first = rule("first", with -> with.pathPrefix = "/rest/");
    Rule second = rule("second", with -> with.method = "GET");
    Rule third = rule("third", with -> with.pathPrefix = "/");
    RuleTable table = new RuleTable(List.of(first, second, third));
    assertThat(table.match(Request.get("/rest/a"))).isSameAs(first);
    assertThat(table.match(Request.get("/a"))).isSameAs(second);
    assertThat(table.match(Request.of("POST", "/a"))).isSameAs(third);
    assertThat(table.rules()).containsExactly(first, second, third);
  }

  @Test
  void allConditionsOfARuleMustHold() {
    Rule rule =
        rule(
            "all",
            with -> {
              with.path = "/a";
              with.pathPrefix = "/a";
              with.pathRegex = "^/a$";
              with.method = "GET";
              with.host = "a.example";
              with.header = new HeaderCondition("X-A", "b", null);
              with.client = "10.0.0.0/8";
            });
    assertThat(matches(rule, all("GET", "/a", "a.example", "b", 10))).isTrue();
    assertThat(matches(rule, all("PUT", "/a", "a.example", "b", 10))).isFalse();
    assertThat(matches(rule, all("GET", "/b", "a.example", "b", 10))).isFalse();
    assertThat(matches(rule, all("GET", "/a", "b.example", "b", 10))).isFalse();
    assertThat(matches(rule, all("GET", "/a", "a.example", "a", 10))).isFalse();
    assertThat(matches(rule, all("GET", "/a", "a.example", "b", 11))).isFalse();
  }

  private static Request all(String method, String path, String host, String value, int net) {
    return Request.of(method, path).host(host).field("X-A", value).from(net, 0, 0, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "/rest/, /rest/a, true",
    "/rest/, /rest/, true",
    "/rest/, /rest, false",
    "/rest/, /restx/, false",
    "/rest/, /REST/a, false",
    "/rest/, /old/?x=/rest/, false",
    "/rest/, //rest//a, true",
    "/rest/, /%72est/a, true",
    "/rest/, /rest%2fa, true",
    "/rest/, /rest;x/a, true",
    "/rest/, /a/../rest/a, true",
    "/rest/, /a/%2e%2e/rest/a, true",
    "/rest/, /rest/../a, false",
    "/rest, /restx, true",
    "/%72est/, /rest/a, true",
    "//rest//, /rest/a, true",
    "/., /.well-known, true",
    "/., /a, false",
    "/gr\u00fc\u00dfe/, /gr%C3%BC%c3%9fe/x, true"
  })
  void prefixesAreOfTheNormalisedPath(String prefix, String path, boolean isMatch) {
    assertThat(matches(rule("prefix", with -> with.pathPrefix = prefix), Request.get(path)))
        .isEqualTo(isMatch);
  }

  @ParameterizedTest
  @CsvSource({
    "/a, /a, true",
    "/a, /a?b, true",
    "/a, /./a, true",
    "/a, /a/, false",
    "/a, /ab, false",
    "/a%2fb, /a/b, true",
    "/a b, /a%20b, false",
    "/a%20b, /a%20b, true"
  })
  void aPathIsTheWholeNormalisedPath(String wanted, String path, boolean isMatch) {
    assertThat(matches(rule("path", with -> with.path = wanted), Request.get(path)))
        .isEqualTo(isMatch);
  }

  @ParameterizedTest
  @CsvSource({
    "^/shop/\\d+$, /shop/12, true",
    "^/shop/\\d+$, /shop/12/, false",
    "shop, /a/shop/b, true",
    "^/a$, /a?x, true",
    "gr\u00fcn, /gr%C3%BCn, true",
    "(?i)^/A, /a, true"
  })
  void anExpressionIsFoundAnywhereInTheNormalisedPath(String regex, String path, boolean isMatch) {
    assertThat(matches(rule("regex", with -> with.pathRegex = regex), Request.get(path)))
        .isEqualTo(isMatch);
  }

  @Test
  void methodsDifferByLetterCase() {
    Rule rule = rule("method", with -> with.method = "DELETE");
    assertThat(matches(rule, Request.of("DELETE", "/"))).isTrue();
    assertThat(matches(rule, Request.of("delete", "/"))).isFalse();
    assertThat(matches(rule, Request.of("DELETEX", "/"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "vip.example.com, VIP.Example.com, true",
    "VIP.example.com, vip.example.com, true",
    "vip.example.com, vip.example.com., true",
    "vip.example.com., vip.example.com, true",
    "vip.example.com, x.example.com, false",
    "vip.example.com, vip.example.com.evil, false",
    "[::1], [::1], true",
    "vip.example.com, '', false"
  })
  void hostsAreComparedWithoutLetterCase(String wanted, String host, boolean isMatch) {
    assertThat(matches(rule("host", with -> with.host = wanted), Request.get("/").host(host)))
        .isEqualTo(isMatch);
  }

  @Test
  void aRequestWithoutAHostMatchesNoHost() {
    assertThat(matches(rule("host", with -> with.host = "a"), Request.get("/"))).isFalse();
  }

  @Test
  void anyFieldOfTheNameWillDo() {
    Rule value = rule("value", with -> with.header = new HeaderCondition("X-Beta", "yes", null));
    Rule regex =
        rule("regex", with -> with.header = new HeaderCondition("x-beta", null, "^(yes|ja)$"));
    Request second = Request.get("/").field("X-BETA", "no").field("x-Beta", "yes");
    Request german = Request.get("/").field("X-Beta", "ja");
    Request other = Request.get("/").field("X-Beta2", "yes").field("X-Beta", "yesyes");
    assertThat(matches(value, second)).isTrue();
    assertThat(matches(regex, second)).isTrue();
    assertThat(matches(value, german)).isFalse();
    assertThat(matches(regex, german)).isTrue();
    assertThat(matches(value, other)).isFalse();
    assertThat(matches(regex, other)).isFalse();
    assertThat(matches(regex, Request.get("/"))).isFalse();
  }

  @Test
  void aFieldCanBeAskedForWhateverItsValueAndSoCanItsAbsence() {
    Rule there = rule("there", with -> with.header = new HeaderCondition("X-A", null, null, true));
    Rule absent =
        rule("absent", with -> with.header = new HeaderCondition("X-A", null, null, false));
    for (String value : List.of("", "a", "b".repeat(8192))) {
      Request request = Request.get("/").field("X-B", "b").field("x-a", value);
      assertThat(matches(there, request)).isTrue();
      assertThat(matches(absent, request)).isFalse();
    }
    Request without = Request.get("/").field("X-AB", "a").field("X", "a");
    assertThat(matches(there, without)).isFalse();
    assertThat(matches(absent, without)).isTrue();
  }

  @Test
  void anEmptyValueIsOneToo() {
    Rule rule = rule("empty", with -> with.header = new HeaderCondition("X-A", "", null));
    assertThat(matches(rule, Request.get("/").field("X-A", ""))).isTrue();
    assertThat(matches(rule, Request.get("/").field("X-A", "a"))).isFalse();
    assertThat(matches(rule, Request.get("/"))).isFalse();
  }

  @Test
  void clientsAreMatchedByTheirNetwork() {
    Rule rule = rule("lan", with -> with.client = "10.0.0.0/8");
    assertThat(matches(rule, Request.get("/").from(10, 20, 30, 40))).isTrue();
    assertThat(matches(rule, Request.get("/").from(192, 0, 2, 1))).isFalse();
    assertThat(matches(rule, Request.get("/"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "^(a+)+$",
        "(a*)*$",
        "(a|a?)+$",
        "(x+x+)+y|(a+a+)+b",
        "(?:a|a|a)*z",
        "(a?){60}a{60}b",
        "([a-zA-Z]+)*!!$"
      })
  void noExpressionTakesLongOverAValueOf8KiB(String regex) {
    Rule rule = rule("slow", with -> with.header = new HeaderCondition("X", null, regex));
    Request evil = Request.get("/").field("X", "a".repeat(8191) + "!");
    // A single match of the worst of these would outlast the machine, were there no guard.
    for (int i = 0; i < 200; i++) {
      assertThat(matches(rule, evil)).isFalse();
    }
  }

  @Test
  void expressionsThatAreNotNestedSeeAllOfAValueOf8KiB() {
    String value = "x".repeat(8000) + " version=12.3 (beta)";
    for (String regex :
        List.of(
            "beta", "version=\\d+\\.\\d+", "^x+ ver.*\\(beta\\)$", "(?i)BETA", "[^x ]+=1[0-9]")) {
      Rule rule = rule("good", with -> with.header = new HeaderCondition("X", null, regex));
      assertThat(matches(rule, Request.get("/").field("X", value))).as(regex).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a+)+$", "(a|aa)+$", "(a|b)*c|(.|\\n)*x", "(.*)*y"})
  void anExpressionThatWouldTakeForeverIsNoMatch(String regex) {
    Rule rule = rule("slow", with -> with.header = new HeaderCondition("X", null, regex));
    assertThat(matches(rule, Request.get("/").field("X", "a".repeat(30_000) + "!"))).isFalse();
    assertThat(matches(rule, Request.get("/").field("X", "aacxy"))).isEqualTo(!regex.endsWith("$"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path | a | A rule's path begins with a slash, but this is \"a\".",
        "path | /a?b | The path \"/a?b\" of the rule bad must do without ? and # and ;, since rules"
            + " see neither the query nor the parameters of a path.",
        "path-prefix | '' | A rule's path-prefix begins with a slash, but this is \"\".",
        "path-regex | ( | The path-regex \"(\" of the rule bad is no regular expression: Unclosed"
            + " group.",
        "method | GE T | The method \"GE T\" of the rule bad is no method such as GET.",
        "host | a.example:80 | The host \"a.example:80\" of the rule bad is no host; it is a name or"
            + " an address (IPv6 in brackets) without a port.",
        "client | 10.0.0.0/99 | The client \"10.0.0.0/99\" of the rule bad is refused. The network"
            + " \"10.0.0.0/99\" needs a number from 0 to 32 behind the slash.",
        "header.regex | [ | The header.regex \"[\" of the rule bad is no regular expression:"
            + " Unclosed character class.",
        "header.name | X A | The header.name \"X A\" of the rule bad is no field name."
      })
  void aMalformedConditionIsRefusedByName(String key, String value, String message) {
    Supplier<Rule> rule =
        () ->
            rule(
                "bad",
                with -> {
                  switch (key) {
                    case "path" -> with.path = value;
                    case "path-prefix" -> with.pathPrefix = value;
                    case "path-regex" -> with.pathRegex = value;
                    case "method" -> with.method = value;
                    case "host" -> with.host = value;
                    case "client" -> with.client = value;
                    case "header.regex" -> with.header = new HeaderCondition("X", null, value);
                    default -> with.header = new HeaderCondition(value, "x", null);
                  }
                });
    assertThatThrownBy(() -> new RuleTable(List.of(rule.get())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aRuleWithoutAConditionIsRefused() {
    assertThatThrownBy(() -> rule("none", with -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A rule needs a condition: path, path-prefix, path-regex, method, host, header or"
                + " client.");
  }

  @Test
  void aHeaderConditionHasAValueOrAnExpression() {
    assertThatThrownBy(() -> new HeaderCondition("X-A", null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A header condition needs one of value, regex and present, and no more.");
    assertThatThrownBy(() -> new HeaderCondition("X-A", "a", "a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRuleWithoutANameIsNamedByItsPlace() {
    assertThat(Rule.nameByPlace(2)).isEqualTo("rule-2");
  }

  @Test
  void matchingAllocatesNothing() {
    RuleTable table =
        new RuleTable(
            List.of(
                rule("1", with -> with.path = "/x"),
                rule("2", with -> with.pathPrefix = "/rest/"),
                rule("3", with -> with.pathRegex = "^/shop/\\d+/$"),
                rule("4", with -> with.method = "DELETE"),
                rule("5", with -> with.host = "vip.example"),
                rule("6", with -> with.client = "2001:db8::/32"),
                rule("7", with -> with.header = new HeaderCondition("X", null, "^(yes|ja)$"))));
    Request request =
        Request.get("/shop/123456").host("a.example").field("X", "no").from(10, 0, 0, 1);
    // The test's facts box nothing either: they are arrays in a list.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      least = Math.min(least, allocatedBy(table, request));
    }
    assertThat(least / 20_000).isZero();
  }

  private static long allocatedBy(RuleTable table, Request request) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20_000; i++) {
      if (table.match(request) != null) {
        throw new AssertionError("it matches none of them");
      }
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static boolean matches(Rule rule, Request request) {
    return new RuleTable(List.of(rule)).match(request) != null;
  }

  private static Rule rule(String name, Consumer<Conditions> conditions) {
    Conditions with = new Conditions();
    conditions.accept(with);
    return new Rule(
        name,
        with.path,
        with.pathPrefix,
        with.pathRegex,
        with.method,
        with.host,
        with.header,
        with.client,
        Side.NEW);
  }

  private static final class Conditions {
    @Nullable String path;
    @Nullable String pathPrefix;
    @Nullable String pathRegex;
    @Nullable String method;
    @Nullable String host;
    @Nullable HeaderCondition header;
    @Nullable String client;
  }
}
