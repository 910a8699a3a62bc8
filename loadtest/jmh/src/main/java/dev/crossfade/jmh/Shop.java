package dev.crossfade.jmh;

import dev.crossfade.config.ConfigFile;
import dev.crossfade.config.Settings;
import dev.crossfade.http.CookieScan;
import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.Maintenance;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.route.Rule;
import dev.crossfade.route.RuleTable;
import dev.crossfade.split.AffinityKeys;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.Reason;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.split.Splitter;
import dev.crossfade.split.Visitor;
import dev.crossfade.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The site that all benchmarks are about: its plan, and what a browser and the application say to
 * each other there.
 */
public final class Shop {
  /** Limits of heads as they are by default. */
  public static final int MAX_LINE = 8 * 1024;

  public static final int MAX_FIELDS = 100;

  /** In our cookie. */
  public static final int BUCKET = 1234;

  private static final int THRESHOLD = 2_500;
  private static final int EPOCH = 3;
  private static final String HEX = "0".repeat(63) + "1";

  private static final Settings DEFAULTS = ConfigFile.defaults();
  private static final SplitSettings SPLIT = DEFAULTS.split();

  private Shop() {}

  /** What the benchmarks' splitter is configured with. */
  public static SplitSettings settings() {
    return SPLIT;
  }

  /** A splitter with a key of its own and nobody seen. */
  public static Splitter splitter() {
    return new Splitter(
        SPLIT,
        AffinityKeys.parse(HEX),
        new LearnedSessions(SPLIT.learned(), Ticker.system()),
        new SeenVisitors(Ticker.system()));
  }

  /** A plan at 25 %. */
  public static TrafficPlan plan(Splitter splitter, RuleTable rules) {
    return new TrafficPlan(
        new ControlState(
            1, THRESHOLD, EPOCH, Maintenance.NONE, true, Map.of(), Instant.EPOCH, "jmh", ""),
        rules,
        splitter,
        DEFAULTS.oldUpstream(),
        DEFAULTS.newUpstream(),
        DEFAULTS.failover());
  }

  /** Ten rules of which none matches {@link #requestOf}, so that all are tried. */
  public static RuleTable tenRules() {
    List<Rule> rules = new ArrayList<>();
    for (String prefix : List.of("/rest/", "/api/v2/", "/admin/", "/feeds/", "/static/new/")) {
      rules.add(rule(prefix, null, prefix, null, null, null, null));
    }
    rules.add(rule("robots", "/robots.txt", null, null, null, null, null));
    rules.add(rule("webhooks", null, "/hooks/", null, "POST", null, null));
    rules.add(rule("beta", null, null, null, null, "beta.shop.example", null));
    rules.add(rule("probe", null, null, null, null, null, "10.20.0.0/16"));
    rules.add(rule("products", null, null, "^/products/[0-9]+$", null, null, null));
    return new RuleTable(rules);
  }

  private static Rule rule(
      String name,
      @Nullable String path,
      @Nullable String pathPrefix,
      @Nullable String pathRegex,
      @Nullable String method,
      @Nullable String host,
      @Nullable String client) {
    return new Rule(name, path, pathPrefix, pathRegex, method, host, null, client, Side.NEW);
  }

  /** What a browser sends that has been here before: 750 bytes, with our cookie among others. */
  public static byte[] requestOf(Splitter splitter) {
    return request("q3k1v0c8m2n5b7x9z4l6j8h0g1", "crossfade=" + affinityCookie(splitter) + "; ");
  }

  /** The same of a browser that drops our cookie. */
  public static byte[] requestWithSession(String session) {
    return request(session, "");
  }

  /** The value of the application's Set-Cookie for a session. */
  public static byte[] setCookieWithSession(String session) {
    return ascii("PHPSESSID=" + session + "; path=/; HttpOnly");
  }

  private static byte[] request(String session, String ourCookie) {
    String head =
        "GET /shop/category/shoes?page=2&sort=price HTTP/1.1\r\n"
            + "Host: www.shop.example\r\n"
            + "Connection: keep-alive\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
            + " Chrome/126.0.0.0 Safari/537.36\r\n"
            + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n"
            + "Referer: https://www.shop.example/shop/category/shoes?page=1&sort=price\r\n"
            + "Accept-Encoding: gzip, deflate, br\r\n"
            + "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
            + "Cookie: _ga=GA1.2.1234567890.1700000000; consent=yes;"
            + " PHPSESSID="
            + session
            + "; "
            + ourCookie
            + "theme=dark; recently_viewed=1042%2C1043%2C2088%2C30";
    String tail = "\r\n\r\n";
    int missing = 750 - head.length() - tail.length();
    return ascii(head + "7".repeat(missing) + tail);
  }

  /** What the application answers to it. */
  public static byte[] response() {
    return ascii(
        """
        HTTP/1.1 200 OK
        Server: nginx
        Date: Sun, 22 Nov 2026 08:00:00 GMT
        Content-Type: text/html; charset=UTF-8
        Content-Length: 1024
        Connection: keep-alive
        Cache-Control: no-store, no-cache, must-revalidate
        Pragma: no-cache
        Expires: Thu, 19 Nov 1981 08:52:00 GMT
        Vary: Accept-Encoding
        X-Frame-Options: SAMEORIGIN

        """
            .replace("\n", "\r\n"));
  }

  /** The client's address. */
  public static byte[] client() {
    return new byte[] {127, 0, 0, 1};
  }

  /** A head that has been scanned. */
  public static RequestHead scanned(byte[] request) {
    RequestHead head = new RequestHead(MAX_LINE, MAX_FIELDS);
    if (head.scan(request, 0, request.length) != request.length) {
      throw new IllegalStateException("The request is refused: " + head.problem());
    }
    return head;
  }

  /** The cookie that a visitor of {@link #BUCKET} holds, so that nothing has to be set. */
  private static String affinityCookie(Splitter splitter) {
    Assignment assignment = Assignment.of(Side.NEW, Reason.BUCKET, BUCKET);
    String set =
        new String(
            splitter.setCookie(new Visitor(), assignment, EPOCH, false), StandardCharsets.US_ASCII);
    return set.substring(set.indexOf('=') + 1, set.indexOf(';'));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The head's Cookie field, looked through for our cookie. */
  public static CookieScan cookies(RequestHead head) {
    CookieScan scan = new CookieScan(List.of("crossfade"));
    FieldTable fields = head.fields();
    int field = fields.find(FieldName.COOKIE, 0);
    scan.reset();
    scan.scan(head.bytes(), fields.valueStart(field), fields.valueEnd(field));
    return scan;
  }
}
