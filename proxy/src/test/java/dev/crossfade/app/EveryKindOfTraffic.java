package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.config.ConfigFile;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Exposition;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole proxy before two applications of the test's own, and a round of requests that makes
 * everything happen that is counted: every reason, both sides and none, failures, retries,
 * refusals, moves. With each it notes what has to be counted. The policy is ratchet, so that there
 * are pins and moves; one event loop, so that it is known which connection is used again.
 */
final class EveryKindOfTraffic implements AutoCloseable {
  private static final Path CERTIFICATES =
      Path.of("src/test/resources/dev/crossfade/config/files").toAbsolutePath();
  private static final Field HTML = new Field("Accept", "text/html");

  /** As many of one address are served at a time. */
  private static final int MOST_CONNECTIONS = 12;

  private final Map<String, Double> expected = new TreeMap<>();
  private final RecordingOrigin old;
  private final RecordingOrigin fresh;
  private final String dead;
  private final String deadToo;
  private final AtomicInteger hangUps = new AtomicInteger();
  private final RunningProxy proxy;

  /** A visitor with the cookies of a round. */
  private final PlainHttpClient visitor;

  private EveryKindOfTraffic(Path folder) throws Exception {
    old = RecordingOrigin.start("old").answering(this::answerOfOld);
    fresh = RecordingOrigin.start("new");
    dead = "127.0.0.1:" + ChildProcess.freePort();
    deadToo = "127.0.0.1:" + ChildProcess.freePort();
    Path file = folder.resolve("crossfade.conf");
    Files.writeString(file, configuration(folder));
    proxy = RunningProxy.start(ConfigFile.load(file));
    visitor = new PlainHttpClient(proxy.port());
    put(dead, "maint");
    put(deadToo, "maint");
  }

  static EveryKindOfTraffic start(Path folder) throws Exception {
    return new EveryKindOfTraffic(folder);
  }

  private String configuration(Path folder) throws IOException {
    return """
    crossfade {
      listen = [
        { address = "127.0.0.1:%d" }
        { address = "127.0.0.1:%d", tls { certificate = "%s/rsa.pem", key = "%s/rsa.key" } }
      ]
      admin.address = "127.0.0.1:%d"
      event-loops = 1
      session.cookies = ["SID"]
      affinity.policy = ratchet
      access-log.file = "access.log"
      rules = [
        { name = rest, path-prefix = "/rest/", side = new }
        { name = unused, path-prefix = "/unused/", side = old }
      ]
      upstreams.old { endpoints = ["%s"] }
      upstreams.new {
        endpoints = ["%s", { address = "%s", weight = 1000 }, "%s"]
        balance = round-robin
        limits.requests = 1
      }
      limits { body = 1000, connections-per-client = %d }
      timeouts { head = 2s, first-byte = 4s }
      state.dir = "%s/data"
    }
    """
        .formatted(
            ChildProcess.freePort(),
            ChildProcess.freePort(),
            CERTIFICATES,
            CERTIFICATES,
            ChildProcess.freePort(),
            old.address(),
            fresh.address(),
            dead,
            deadToo,
            MOST_CONNECTIONS,
            folder);
  }

  private String answerOfOld(RecordingOrigin.Seen request) {
    String path = request.target();
    if (path.startsWith("/status/")) {
      return "HTTP/1.1 " + path.substring(8) + " Some\r\nContent-Length: 0\r\n\r\n";
    }
    return switch (path) {
      case "/login" -> RecordingOrigin.ok("Set-Cookie: SID=known; Path=/\r\n", "hello");
      case "/hangs-up" -> RecordingOrigin.HANGS_UP;
      case "/hangs-up-once" ->
          hangUps.getAndIncrement() % 2 == 0
              ? RecordingOrigin.HANGS_UP
              : RecordingOrigin.ok("", "again");
      case "/silent" -> RecordingOrigin.SILENT;
      case "/nonsense" -> "What?\r\n\r\n";
      case "/socket" ->
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
      default -> request.method().equals("HEAD") ? head() : RecordingOrigin.ok("", "old");
    };
  }

  private static String head() {
    return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
  }

  int port() {
    return proxy.port();
  }

  int adminPort() {
    return proxy.adminPort();
  }

  /** What has to be counted by now, by series; all else has to be zero. */
  Map<String, Double> expected() {
    return expected;
  }

  /** What the admin API says. */
  String get(String target) throws IOException {
    return admin("GET", target, null).body();
  }

  private Answer admin(String method, String target, String body) throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(adminPort())) {
      return client.request(
          method, target, List.of(new Field("Content-Type", "application/json")), body);
    }
  }

  /** Makes a change, which must be taken. */
  void change(String method, String target, String body) throws IOException {
    Answer answer = admin(method, target, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  /** An endpoint of new. */
  private void put(String endpoint, String state) throws IOException {
    change("PUT", "/upstreams/new/endpoints/" + endpoint, "{\"state\":\"" + state + "\"}");
  }

  /**
   * Somebody who comes, sets the upgrade cookie and comes again: from then on one visitor was seen
   * on new last.
   */
  void tester() throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(port())) {
      client.get("/");
      answered("old", "first", 200, "GET");
      client.cookies().put("upgrade", "1");
      assertThat(client.get("/").body()).isEqualTo("new");
      answered("new", "upgrade", 200, "GET");
    }
  }

  // ---- what has to be counted -------------------------------------------------------------------

  private void count(String name, String... labels) {
    Map<String, String> pairs = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      pairs.put(labels[i], labels[i + 1]);
    }
    expected.merge(name + (pairs.isEmpty() ? "" : Exposition.series(pairs)), 1.0, Double::sum);
  }

  private void request(String variant, String reason, int code, String method) {
    count(
        "crossfade_requests_total",
        "variant",
        variant,
        "reason",
        reason,
        "code",
        Integer.toString(code),
        "method",
        method);
    if (!variant.equals("none")) {
      count("crossfade_request_duration_seconds_count", "variant", variant);
    }
    if (reason.equals("first")) {
      count("crossfade_first_assignments_total", "variant", variant);
    }
  }

  /** A request that an application answered. */
  private void answered(String variant, String reason, int code, String method) {
    request(variant, reason, code, method);
    count("crossfade_upstream_duration_seconds_count", "variant", variant);
  }

  private void rejected(String cause) {
    count("crossfade_rejected_requests_total", "cause", cause);
  }

  private void failed(String variant, String kind) {
    count("crossfade_upstream_failures_total", "variant", variant, "kind", kind);
  }

  private void moved(String from, String to) {
    count("crossfade_side_changes_total", "from", from, "to", to);
  }

  // ---- what happens -----------------------------------------------------------------------------

  /** Everything once. It ends as it began, with nobody on new. */
  void round() throws Exception {
    visitor.cookies().clear();
    visitor.get("/");
    answered("old", "first", 200, "GET");
    methodsAndStatuses();
    rulesAndUpgrades();
    sessions();
    failuresOfOld();
    failuresOfNew();
    theSplit();
    maintenance();
    refusals();
    ends();
  }

  private void methodsAndStatuses() throws IOException {
    for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
      visitor.request(method, "/", List.of(), null);
      answered("old", "bucket", 200, method);
    }
    for (String method : List.of("BREW", "get", "PROPFIND")) {
      visitor.request(method, "/", List.of(), null);
      answered("old", "bucket", 200, "other");
    }
    for (int status : List.of(204, 304, 404, 500, 599, 404)) {
      visitor.get("/status/" + status);
      answered("old", "bucket", status, "GET");
    }
    visitor.request("OPTIONS", "/", List.of(new Field("Max-Forwards", "0")), null);
    request("none", "none", 200, "OPTIONS");
  }

  private void rulesAndUpgrades() throws IOException {
    visitor.get("/rest/orders");
    answered("new", "rule", 200, "GET");
    count("crossfade_rule_requests_total", "rule", "rest");
    visitor.get("/enable-upgrade.html");
    request("old", "bucket", 200, "GET");
    visitor.get("/");
    answered("new", "upgrade", 200, "GET");
    visitor.cookies().put("upgrade", "never");
    visitor.get("/");
    answered("old", "upgrade", 200, "GET");
    visitor.cookies().remove("upgrade");
  }

  /** Somebody who keeps the application's cookie and not ours. */
  private void sessions() throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(port())) {
      client.get("/login");
      answered("old", "first", 200, "GET");
      for (String session : List.of("known", "known", "strange")) {
        client.cookies().clear();
        client.cookies().put("SID", session);
        client.get("/");
        answered("old", "bucket", 200, "GET");
        count(
            "crossfade_learned_lookups_total", "result", session.equals("known") ? "hit" : "miss");
      }
    }
  }

  private void failuresOfOld() throws IOException {
    visitor.get("/");
    answered("old", "bucket", 200, "GET");
    visitor.get("/hangs-up-once");
    answered("old", "bucket", 200, "GET");
    count("crossfade_retries_total", "variant", "old");
    visitor.post("/hangs-up", "once=only");
    request("old", "bucket", 502, "POST");
    failed("old", "reset");
    visitor.get("/nonsense");
    answered("old", "bucket", 502, "GET");
    failed("old", "protocol");
    visitor.get("/silent");
    request("old", "bucket", 504, "GET");
    failed("old", "timeout");
  }

  /** The first endpoint of new that the turn comes to is not there; then there is no other. */
  private void failuresOfNew() throws IOException {
    visitor.cookies().put("upgrade", "1");
    put(dead, "ready");
    visitor.get("/");
    answered("new", "upgrade", 200, "GET");
    failed("new", "connect");
    count("crossfade_retries_total", "variant", "new");
    put(dead, "maint");
    put(fresh.address(), "maint");
    put(deadToo, "ready");
    visitor.request("GET", "/", List.of(HTML), null);
    request("new", "upgrade", 502, "GET");
    failed("new", "connect");
    put(deadToo, "maint");
    visitor.get("/");
    request("new", "upgrade", 503, "GET");
    rejected("unavailable");
    put(fresh.address(), "ready");
    tooManyAtOnce();
    visitor.cookies().remove("upgrade");
  }

  private void tooManyAtOnce() throws IOException {
    fresh.hold();
    int before = fresh.seen().size();
    String request = "GET / HTTP/1.1\r\nHost: a\r\nCookie: upgrade=1\r\nConnection: close\r\n\r\n";
    try (WireClient first = WireClient.to(port()).send(request)) {
      await().until(() -> fresh.seen().size() > before);
      visitor.get("/");
      request("new", "upgrade", 503, "GET");
      rejected("overload");
      fresh.release();
      assertThat(first.readToEnd()).startsWith("HTTP/1.1 200");
      answered("new", "upgrade", 200, "GET");
    }
  }

  private void theSplit() throws IOException {
    put(fresh.address(), "maint");
    change("PUT", "/split", "{\"percent\": 100}");
    visitor.get("/");
    answered("old", "failover", 200, "GET");
    put(fresh.address(), "ready");
    visitor.get("/");
    answered("new", "bucket", 200, "GET");
    moved("old", "new");
    change("PUT", "/split", "{\"percent\": 0.01}");
    visitor.get("/");
    answered("new", "pinned", 200, "GET");
    change("POST", "/promote", null);
    try (PlainHttpClient another = new PlainHttpClient(port())) {
      another.get("/");
      answered("new", "first", 200, "GET");
      change("POST", "/rollback", null);
      another.get("/");
      answered("old", "bucket", 200, "GET");
      moved("new", "old");
    }
    visitor.get("/");
    answered("old", "bucket", 200, "GET");
    moved("new", "old");
  }

  private void maintenance() throws IOException {
    change("PUT", "/maintenance", "{\"old\": true}");
    visitor.get("/");
    request("old", "bucket", 503, "GET");
    rejected("maintenance");
    change("PUT", "/maintenance", "{\"old\": false, \"freeze-writes\": true}");
    visitor.post("/", "a=b");
    request("old", "bucket", 503, "POST");
    rejected("frozen");
    visitor.get("/");
    answered("old", "bucket", 200, "GET");
    change("PUT", "/maintenance", "{\"freeze-writes\": false}");
  }

  private void refusals() throws IOException {
    // The method of a request line that is refused was not read.
    refused("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405, "TRACE", "method");
    refused("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 405, "other", "method");
    refused("PUT / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "PUT", "malformed");
    refused("\0\1\2 what\r\n\r\n", 400, "other", "malformed");
    refused("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505, "GET", "version");
    refused(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n",
        417,
        "POST",
        "expectation");
    refused("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n\r\n", 414, "GET", "target-too-long");
    refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(40_000), 431, "GET", "head-too-large");
    refused("GET / HTTP/1.1\r\nHost:", 408, "GET", "timeout");
    visitor.post("/", "a".repeat(1_001));
    request("old", "bucket", 413, "POST");
    rejected("body-too-large");
  }

  private void refused(String request, int status, String method, String cause) throws IOException {
    try (WireClient client = WireClient.to(port()).send(request)) {
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 " + status + " ");
    }
    request("none", "none", status, method);
    rejected(cause);
  }

  /** How else a connection may end. */
  private void ends() throws IOException {
    String cookie = "Cookie: crossfade=" + visitor.cookies().get("crossfade") + "\r\n";
    old.hold();
    int before = old.seen().size();
    try (WireClient client = WireClient.to(port())) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n" + cookie + "\r\n");
      await().until(() -> old.seen().size() > before);
      // A reset: who only ends the sending half still waits for the answer.
      client.socket().setSoLinger(true, 0);
    }
    request("old", "bucket", 499, "GET");
    await().until(() -> get("/metrics").contains("code=\"499\""));
    old.release();
    try (WireClient client = WireClient.to(port())) {
      client.send(
          "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + cookie
              + "\r\n");
      client.readUntil("\r\n\r\n");
    }
    answered("old", "bucket", 101, "GET");
    tooManyConnections();
  }

  private void tooManyConnections() throws IOException {
    visitor.close();
    untilAllAreGone();
    List<WireClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_CONNECTIONS; i++) {
        clients.add(WireClient.to(port()));
      }
      try (WireClient last = WireClient.to(port())) {
        assertThat(last.readToEnd()).startsWith("HTTP/1.1 503 ");
      }
      rejected("capacity");
    } finally {
      for (WireClient client : clients) {
        client.close();
      }
      untilAllAreGone();
    }
  }

  private void untilAllAreGone() {
    await().until(() -> get("/metrics").contains("{protocol=\"http/1\"} 0.0"));
  }

  @Override
  public void close() throws IOException {
    visitor.close();
    proxy.close();
    old.close();
    fresh.close();
  }
}
