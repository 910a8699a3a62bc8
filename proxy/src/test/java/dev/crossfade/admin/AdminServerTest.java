package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crossfade.plan.PlanFixture;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final String COUNTS =
      ",\"weight\":2,\"addresses\":[\"10.0.0.7\"],\"waiting\":1,\"good-answers\":9,"
          + "\"failed-answers\":8,\"changes\":7,\"ejections\":6,\"failed-probes\":5";
  private static final String CONDITION = ",\"health\":\"healthy\",\"since\":null" + COUNTS;
  private static final String DOWN =
      ",\"health\":\"down\",\"since\":\"2026-01-02T03:04:05Z\"" + COUNTS;

  @TempDir Path folder;
  private AdminFixture admin;

  @BeforeEach
  void start() throws Exception {
    admin = new AdminFixture(folder.resolve("state"));
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private static void assertProblem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body())
        .startsWith("{\"title\":\"")
        .contains("\"status\":" + status + ",\"detail\":\"")
        .doesNotContain("Exception");
  }

  private HttpResponse<String> put(String body, String... headers) {
    return admin.call("PUT", "/split", body, headers);
  }

  @Test
  void theControlStateIsThatOfTheContract() {
    put("{\"percent\":33.33,\"reason\":\"hällo ☃\"}");
    HttpResponse<String> answer = admin.get("/split");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"2\"");
    assertThat(answer.body())
        .matches(
            "\\{\"revision\":2,\"percent\":33.33,\"epoch\":0,\"maintenance\":\\{\"old\":false,"
                + "\"new\":false,\"freeze-writes\":false},\"changed-at\":\"20[-0-9]+T[:.0-9]+Z\","
                + "\"changed-by\":\"operator\",\"reason\":\"hällo ☃\"}");
  }

  @Test
  void nothingIsCachedOrGuessed() {
    for (String target : List.of("/split", "/nowhere", "/metrics")) {
      HttpResponse<String> answer = admin.get(target);
      assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "{",
        "{'percent':25}",
        "{\"percent\":25} x",
        "{\"percent\":25}{\"percent\":26}",
        "{\"percent\":NaN}",
        "{\"percent\":+25}",
        "{\"percent\":025}",
        "{\"percent\":25.}",
        "{\"percent\":.5}",
        "{\"percent\":25,}",
        "/* c */ {\"percent\":25}",
        "null",
        "25",
        "[]",
        "[{\"percent\":25}]",
        "{\"percent\":25,\"unknown\":1}",
        "{\"Percent\":25}",
        "{\"percent\":10,\"percent\":90}",
        "{\"percent\":25,\"\\u0070ercent\":26}"
      })
  void whatIsNoObjectOrHasOtherMembersIsA400(String body) {
    assertProblem(put(body), 400);
    assertThat(admin.control.get().state().revision()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"percent\":\"25\"}",
        "{\"percent\":null}",
        "{\"percent\":true}",
        "{\"percent\":[25]}",
        "{\"percent\":{\"v\":25}}",
        "{\"percent\":25.001}",
        "{\"percent\":101}",
        "{\"percent\":-0.01}",
        "{\"percent\":1e999999999}",
        "{\"percent\":1e-999999999}",
        "{\"percent\":1e99999999999999}",
        "{\"percent\":100.0000000000000001}",
        "{\"percent\":25,\"reason\":1}"
      })
  void whatIsOutOfRangeOrOfAnotherTypeIsA422(String body) {
    assertProblem(put(body), 422);
    assertThat(admin.control.get().state().revision()).isEqualTo(1);
  }

  @Test
  void aBodyThatIsTooLongOrTooDeepIsRefusedAndTheConnectionGoesOn() {
    assertProblem(put("{\"percent\":1,\"reason\":\"" + "x".repeat(1_000_000) + "\"}"), 413);
    assertProblem(put("{\"percent\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}"), 400);
    assertProblem(put("{\"percent\":1,\"reason\":\"" + "x".repeat(1001) + "\"}"), 422);
    assertThat(put("{\"percent\":1}").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'\"1\"',200",
        "*,200",
        "'\"7\", \"1\"',200",
        "', \"1\" ,,',200",
        "',',400",
        "'\"1\",x',400",
        "'\"0\"',412",
        "'\"x\"',412",
        "'W/\"1\"',412",
        "'\"\"',412",
        "'\"99999999999999999999999\"',412",
        "-1,400",
        "'\"1\" \"2\"',400"
      })
  void ifMatchIsHonoured(String ifMatch, int status) {
    HttpResponse<String> answer = put("{\"percent\":12}", "If-Match", ifMatch);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(admin.control.get().state().threshold()).isEqualTo(status == 200 ? 1200 : 0);
    assertThat(admin.call("POST", "/rollback", null, "If-Match", ifMatch).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/promote", "/reload"})
  void everyOtherChangingCallHonoursIfMatchToo(String path) {
    assertProblem(admin.call("POST", path, null, "If-Match", "\"7\""), 412);
    assertThat(admin.call("POST", path, null, "If-Match", "\"1\"").statusCode()).isEqualTo(200);
  }

  @Test
  void aDryRunChangesNothing() {
    for (String query : List.of("?dry-run", "?dry-run=", "?dry-run=no", "?x=1&dry-run=%74rue")) {
      assertThat(admin.call("PUT", "/split" + query, "{\"percent\":25}").body())
          .isEqualTo(
              "{\"dry-run\":true,\"revision\":1,\"from\":0.0,\"to\":25.0,\"visitors-seen\":1000,"
                  + "\"visitors-moving\":{\"to-new\":250,\"to-old\":0}}");
    }
    assertThat(admin.control.get().state().revision()).isEqualTo(1);
    admin.call("PUT", "/split?dry-run=false", "{\"percent\":25}");
    assertThat(admin.control.get().state().threshold()).isEqualTo(2500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dryrun=true", "Dry-Run=true", "dry_run", "DRY%2DRUN=1"})
  void aMisspeltDryRunIsRefusedAndNotTakenForTheRealOne(String query) {
    assertProblem(admin.call("PUT", "/split?" + query, "{\"percent\": 50}"), 400);
    assertThat(admin.control.get().state().threshold()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/rollback", "/promote", "/reload"})
  void aDryRunOfWhatHasNoneIsRefused(String path) throws Exception {
    admin.call("PUT", "/split", "{\"percent\": 50}");
    assertProblem(admin.call("POST", path + "?dry-run=true", null), 400);
    assertThat(admin.control.get().state().threshold()).isEqualTo(5000);
    assertProblem(admin.call("PUT", "/maintenance?dry-run=1", "{\"old\": true}"), 400);
    assertThat(admin.control.get().state().maintenance().oldSide()).isFalse();
  }

  @Test
  void rollbackNeedsNoBodyAndIsTakenOnce() {
    put("{\"percent\":40}");
    assertThat(admin.call("POST", "/rollback", "{\"reason\":\"it burns\"}").body())
        .contains("\"revision\":3,\"percent\":0.0,\"epoch\":1,")
        .contains("\"reason\":\"it burns\"")
        .doesNotContain("durable");
    assertThat(admin.call("POST", "/rollback", null).headers().firstValue("ETag"))
        .hasValue("\"3\"");
    assertProblem(admin.call("POST", "/rollback", "not json"), 400);
  }

  @Test
  void aRollbackOnAFolderThatIsGoneIsInForceAndSaysThatItIsNotDurable() throws Exception {
    put("{\"percent\":40}");
    Files.move(folder.resolve("state"), folder.resolve("away"));
    assertProblem(put("{\"percent\":50}"), 500);
    assertThat(admin.control.get().state().threshold()).isEqualTo(4000);
    assertThat(admin.call("POST", "/rollback", null).body()).endsWith(",\"durable\":false}");
    assertThat(admin.control.get().state().threshold()).isZero();
    assertThat(admin.get("/metrics").body()).contains("crossfade_state_durable 0.0\n");
    Files.move(folder.resolve("away"), folder.resolve("state"));
    assertThat(admin.call("POST", "/rollback", null).body()).doesNotContain("durable");
  }

  @Test
  void maintenanceLeavesAloneWhatIsLeftOut() {
    assertThat(admin.call("PUT", "/maintenance", "{\"old\":true}").body())
        .contains("\"maintenance\":{\"old\":true,\"new\":false,\"freeze-writes\":false}");
    assertThat(admin.call("PUT", "/maintenance", "{\"freeze-writes\":true}").body())
        .contains("\"maintenance\":{\"old\":true,\"new\":false,\"freeze-writes\":true}");
    assertThat(admin.call("PUT", "/maintenance", "{}").headers().firstValue("ETag"))
        .hasValue("\"3\"");
    for (String body : List.of("{\"old\":1}", "{\"old\":null}", "{\"old\":\"yes\"}")) {
      assertProblem(admin.call("PUT", "/maintenance", body), 422);
    }
    assertProblem(admin.call("PUT", "/maintenance", "{\"olde\":true}"), 400);
  }

  @Test
  void endpointsAreNamedByTheirAddress() {
    String path = "/upstreams/new/endpoints/unix:%2Frun%2Fnew.sock";
    assertThat(admin.call("PUT", path, "{\"state\":\"drain\"}").statusCode()).isEqualTo(200);
    assertThat(admin.get("/upstreams").body())
        .isEqualTo(
            "{\"old\":{\"endpoints\":[{\"address\":\"127.0.0.1:8081\",\"state\":\"ready\","
                + "\"healthy\":true,\"connections\":{\"active\":3,\"idle\":2},"
                + "\"last-failure\":null,\"last-failure-at\":null"
                + CONDITION
                + "},"
                + "{\"address\":\"127.0.0.1:8083\",\"state\":\"ready\",\"healthy\":false,"
                + "\"connections\":{\"active\":0,\"idle\":0},"
                + "\"last-failure\":\"connection refused\","
                + "\"last-failure-at\":\"2026-01-02T03:04:05Z\""
                + DOWN
                + "}]},"
                + "\"new\":{\"endpoints\":[{\"address\":\"unix:/run/new.sock\","
                + "\"state\":\"drain\",\"healthy\":true,"
                + "\"connections\":{\"active\":0,\"idle\":0},"
                + "\"last-failure\":null,\"last-failure-at\":null"
                + CONDITION
                + "}]}}");
    assertProblem(admin.call("PUT", path, "{\"state\":\"off\"}"), 422);
    assertProblem(admin.call("PUT", path, "{}"), 422);
    assertProblem(admin.call("PUT", path, "{"), 400);
    assertProblem(
        admin.call("PUT", "/upstreams/new/endpoints/127.0.0.1:1", "{\"state\":\"drain\"}"), 404);
    assertProblem(
        admin.call(
            "PUT",
            "/upstreams/blue/endpoints/" + PlanFixture.OLD_ENDPOINT,
            "{\"state\":\"drain\"}"),
        404);
    HttpResponse<String> wrongMethod = admin.call("DELETE", path, null);
    assertProblem(wrongMethod, 405);
    assertThat(wrongMethod.headers().firstValue("Allow")).hasValue("PUT");
  }

  @Test
  void theHistoryIsNewestFirst() {
    put("{\"percent\":10,\"reason\":\"one\"}");
    admin.call("POST", "/rollback", "{\"reason\":\"two\"}");
    assertThat(admin.get("/history?limit=2").body())
        .matches(
            "\\{\"changes\":\\[\\{\"revision\":3,\"when\":\"[^\"]+Z\",\"who\":\"operator\","
                + "\"what\":\"rollback from percent 10\",\"reason\":\"two\"},"
                + "\\{\"revision\":2,\"when\":\"[^\"]+Z\",\"who\":\"operator\","
                + "\"what\":\"percent 0 to 10\",\"reason\":\"one\"}]}");
    for (String limit : List.of("0", "-1", "abc", "", "1e9", "99999999999999999999")) {
      assertProblem(admin.get("/history?limit=" + limit), 422);
    }
  }

  @Test
  void explainIsHandedTheBytesOfTheRequest() {
    assertThat(admin.get("/explain?path=%2Frest%2Fx").body())
        .isEqualTo("{\"side\":\"new\",\"reason\":\"rule\",\"rule\":\"integrations\"}");
    assertThat(admin.get("/explain?path=/first").body())
        .isEqualTo(
            "{\"side\":\"old\",\"reason\":\"first\",\"bucket\":4711,\"anonymous\":\"address\"}");
    String cookie = "%78".repeat(6000) + "%3B%20u%3D%e4%2b";
    assertThat(
            admin
                .get(
                    "/explain?method=DELETE&path=/a%20b&host=X.example:80&client=2001:db8::1"
                        + "&header=X-Beta:%20ja&header=x-y:z&cookie="
                        + cookie,
                    "Accept",
                    "*/*")
                .statusCode())
        .isEqualTo(422);
    assertThat(
            admin
                .get(
                    "/explain?method=DELETE&path=/a%2520b&host=X.example:80&client=2001:db8::1"
                        + "&header=X-Beta:%20ja&header=x-y:z&cookie="
                        + cookie)
                .body())
        .isEqualTo("{\"side\":\"old\",\"reason\":\"bucket\",\"bucket\":4711}");
    ExplainRequest asked = Objects.requireNonNull(admin.explained);
    assertThat(asked.method()).isEqualTo("DELETE");
    assertThat(asked.path()).isEqualTo("/a%20b");
    assertThat(asked.host()).isEqualTo("X.example:80");
    assertThat(asked.cookie()).isEqualTo("x".repeat(6000) + "; u=\u00e4+");
    assertThat(asked.headers())
        .containsExactly(
            new ExplainRequest.Header("X-Beta", "ja"), new ExplainRequest.Header("x-y", "z"));
  }

  @ParameterizedTest
  @CsvSource({
    "path=relative,422",
    "path=,422",
    "path=/&path=/x,400",
    "path=%zz,400",
    "cookie=%,400",
    "cookie=a%0d%0ab,422",
    "client=localhost,422",
    "header=nocolon,422",
    "method=A%20B,422",
    "cokie=x,400",
    "path=/impossible,422"
  })
  void whatCannotBeExplainedIsRefused(String query, int status) throws Exception {
    assertThat(admin.raw("GET /explain?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void aRefusedReloadSaysWhy() {
    admin.reloadProblem = "crossfade.conf, line 3: speling is unknown";
    HttpResponse<String> answer = admin.call("POST", "/reload", null);
    assertProblem(answer, 422);
    assertThat(answer.body()).contains("speling");
  }

  @Test
  void readinessIsToldApartFromLife() {
    assertThat(admin.get("/readyz").statusCode()).isEqualTo(200);
    admin.obstacle = "The proxy is draining.";
    assertProblem(admin.get("/readyz"), 503);
    assertThat(admin.get("/healthz").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/split,'GET, HEAD, PUT'", "GET,/rollback,POST", "PUT,/promote,POST",
    "DELETE,/metrics,'GET, HEAD'", "POST,/explain,'GET, HEAD'", "PATCH,/maintenance,PUT"
  })
  void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
    HttpResponse<String> answer = admin.call(method, path, null);
    assertProblem(answer, 405);
    assertThat(answer.headers().firstValue("Allow")).hasValue(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nope",
        "/split/",
        "//split",
        "/Split",
        "/split%00",
        "/upstreams/(side)/endpoints/"
      })
  void otherPathsAreNotThere(String path) throws Exception {
    assertThat(admin.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 404 ");
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example,403",
    "localhost.evil.example,403",
    "127.0.0.1.evil.example,403",
    "192.0.2.7,403",
    "x@localhost,403",
    "localhost,200",
    "LOCALHOST:1,200",
    "[::1],200",
    "127.255.255.254:99,200",
    "127.0.0.2,200"
  })
  void withoutATokenOnlyTheLoopbackIsAHost(String host, int status) {
    assertThat(admin.get("/split", "Host", host).statusCode()).isEqualTo(status);
    assertThat(admin.get("/healthz", "Host", host).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "file://",
        "http://127.0.0.1:1"
      })
  void noWebPageReachesIn(String origin) {
    assertProblem(admin.call("POST", "/rollback", null, "Origin", origin), 403);
    assertProblem(admin.get("/split", "Origin", origin), 403);
    assertProblem(admin.call("POST", "/rollback", null, "Sec-Fetch-Site", "cross-site"), 403);
    String own = "127.0.0.1:" + admin.address.getPort();
    assertThat(admin.call("POST", "/rollback", null, "Origin", "http://" + own).statusCode())
        .isEqualTo(200);
  }

  @Test
  void rolesAreTold() throws Exception {
    Path operator = Files.writeString(folder.resolve("op"), "op-secret\n");
    Path viewer = Files.writeString(folder.resolve("vw"), "vw-secret\n");
    AdminSettings settings = new AdminSettings("0.0.0.0:0", operator, viewer);
    try (AdminFixture guarded = new AdminFixture(folder.resolve("guarded"), settings)) {
      HttpResponse<String> nobody = guarded.get("/split");
      assertProblem(nobody, 401);
      assertThat(nobody.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
      for (String bad : List.of("Bearer op-secre", "Basic op-secret", "op-secret", "Bearer: x")) {
        assertProblem(guarded.get("/split", "Authorization", bad), 401);
      }
      String[] asViewer = {"Authorization", "bearer vw-secret", "Host", "proxy.example"};
      assertThat(guarded.get("/split", asViewer).statusCode()).isEqualTo(200);
      assertProblem(guarded.call("POST", "/rollback", null, asViewer), 403);
      String[] asOperator = {"Authorization", "Bearer op-secret", "Origin", "https://x.example"};
      assertThat(guarded.call("POST", "/rollback", null, asOperator).statusCode()).isEqualTo(200);
      assertThat(guarded.get("/metrics").statusCode()).isEqualTo(200);
      Files.writeString(operator, "another");
      guarded.replaceTokens(Tokens.of(settings));
      assertProblem(guarded.get("/split", asOperator), 401);
      assertThat(guarded.get("/split", "Authorization", "Bearer another").statusCode())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[::ffff:0.0.0.0]:1", "host:1"})
  void anAddressThatOthersReachNeedsAToken(String address) {
    assertThatThrownBy(() -> new AdminSettings(address, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a token-file, but " + address + " has none");
  }

  @Test
  void anAddressInUseIsNamed() {
    String taken = "127.0.0.1:" + admin.address.getPort();
    assertThatThrownBy(
            () -> new AdminFixture(folder.resolve("second"), new AdminSettings(taken, null, null)))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("admin.address " + taken + ": Address already in use");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "GET /split\r\n\r\n",
        "GET /split HTTP/1.1\r\n\r\n",
        "GET /split HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET http://localhost/split HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "PUT /split HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "PUT /split HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n1",
        "GET /split HTTP/1.1\r\nHost: local host\r\nbad header\r\n\r\n"
      })
  void whatIsNoHttpIsRefusedInTheSameForm(String bytes) throws Exception {
    assertThat(admin.raw(bytes))
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .contains("application/problem+json");
  }

  @Test
  void headsAreBounded() throws Exception {
    assertThat(admin.raw("GET /" + "x".repeat(70_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
    assertThat(admin.raw("GET / HTTP/1.1\r\nA: " + "x".repeat(200_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(admin.raw("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n")).doesNotContain(" 200 ");
  }

  @Test
  void pipelinedCallsAreAnsweredInOrder() throws Exception {
    StringBuilder calls = new StringBuilder();
    for (int percent = 1; percent <= 20; percent++) {
      String body = "{\"percent\":" + percent + "}";
      calls
          .append("PUT /split HTTP/1.1\r\nHost: localhost\r\nContent-Length: ")
          .append(body.length())
          .append("\r\n\r\n")
          .append(body)
          .append("GET /split HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    String answers = admin.raw(calls.toString());
    List<String> percents = new ArrayList<>();
    var matcher = Pattern.compile("\"percent\":([0-9.]+)").matcher(answers);
    while (matcher.find()) {
      percents.add(matcher.group(1));
    }
    List<String> expected = new ArrayList<>();
    for (int percent = 1; percent <= 20; percent++) {
      expected.add(percent + ".0");
      expected.add(percent + ".0");
    }
    assertThat(percents).isEqualTo(expected);
  }

  @Test
  void halfRequestsHoldNobodyUp() throws Exception {
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.address.getPort());
        held.add(socket);
        socket
            .getOutputStream()
            .write("GET /split HTTP/1.1\r\nHost: local".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(admin.get("/split").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }
}
