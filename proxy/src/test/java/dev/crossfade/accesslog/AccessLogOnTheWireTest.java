package dev.crossfade.accesslog;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that are known through real sockets, and the lines they get. Time is by hand, so that
 * durations are known too; the moment is cut off.
 */
class AccessLogOnTheWireTest {
  private static final String LOG = "access-log.file = access.log";
  private static final String AGENT = "User-Agent: t\r\n";

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder, LOG);
  private final RecordingOrigin old = wire.origin(Side.OLD);
  private final RecordingOrigin young = wire.origin(Side.NEW);

  /** The lines so far, once there are so many, without the moment and the random bucket. */
  private List<String> lines(int count) throws IOException {
    Path file = folder.resolve("access.log");
    await().until(() -> Files.readString(file).lines().count() >= count);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(count);
    return lines.stream()
        .map(line -> line.replaceFirst("\\{\"time\":\"[-0-9T:.]+Z\",", "{"))
        .map(line -> line.replaceFirst("\"bucket\":\\d+,", "\"bucket\":…,"))
        .toList();
  }

  private String line() throws IOException {
    return lines(1).get(0);
  }

  @Test
  void aFirstVisitAndTheNextOne() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient client = wire.client(proxy);
    client.get("/cart?token=secret", "User-Agent", "t");
    client.request(
        "POST",
        "/order",
        List.of(new Field("Referer", "https://a:b@shop.example/cart?token=secret#top")),
        "n=1");
    String host = "\"host\":\"127.0.0.1:" + proxy.port() + "\"";
    assertThat(lines(2))
        .containsExactly(
            "{\"client\":\"127.0.0.1\",\"method\":\"GET\","
                + host
                + ",\"path\":\"/cart\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":3,"
                + "\"request-bytes\":0,\"duration\":0.000000,\"variant\":\"old\","
                + "\"reason\":\"first\",\"bucket\":…,\"revision\":1,\"upstream\":\""
                + old.address()
                + "\",\"upstream-time\":0.000000,\"retries\":0,\"user-agent\":\"t\"}",
            "{\"client\":\"127.0.0.1\",\"method\":\"POST\","
                + host
                + ",\"path\":\"/order\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":3,"
                + "\"request-bytes\":3,\"duration\":0.000000,\"variant\":\"old\","
                + "\"reason\":\"bucket\",\"bucket\":…,\"revision\":1,\"upstream\":\""
                + old.address()
                + "\",\"upstream-time\":0.000000,\"retries\":0,"
                + "\"referer\":\"shop.example/cart\"}");
    assertThat(Files.readString(folder.resolve("access.log")))
        .doesNotContain("secret", "crossfade=", "a:b");
  }

  @Test
  void theRuleThatDecidedAndTheNextRevision() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy("rules = [{ name = \"the api\", path-prefix = \"/rest/\", side = new }]");
    proxy.percent(100);
    PlainHttpClient client = wire.client(proxy);
    client.get("/rest/1");
    assertThat(line())
        .contains(
            "\"variant\":\"new\",\"reason\":\"rule\",\"rule\":\"the api\",\"revision\":2,"
                + "\"upstream\":\""
                + young.address())
        .doesNotContain("\"bucket\"");
  }

  @Test
  void aFailoverSaysWhereItWentAndThatItWasOne() throws Exception {
    String nobody = "127.0.0.1:" + ChildProcess.freePort();
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.NEW, nobody));
    proxy.percent(100);
    PlainHttpClient client = wire.client(proxy);
    await().until(() -> client.get("/").status() == 200);
    Path log = folder.resolve("access.log");
    await().until(() -> Files.readString(log).contains("\"failover\""));
    assertThat(Files.readAllLines(log))
        .last()
        .asString()
        .contains("\"variant\":\"old\",\"reason\":\"failover\",", old.address());
  }

  @Test
  void aRequestThatWasSentAgainNamesBothEndpoints() throws Exception {
    String nobody = "127.0.0.1:" + ChildProcess.freePort();
    RunningProxyFixture proxy =
        wire.proxy(
            "upstreams.old.balance = round-robin", endpoints(Side.OLD, nobody, old.address()));
    PlainHttpClient client = wire.client(proxy);
    assertThat(client.get("/").body()).isEqualTo("old");
    assertThat(client.get("/").body()).isEqualTo("old");
    assertThat(lines(2))
        .filteredOn(line -> line.contains("retried-from"))
        .singleElement()
        .asString()
        .contains(
            "\"status\":200,",
            "\"upstream\":\"" + old.address() + "\",",
            "\"retries\":1,\"retried-from\":\"" + nobody + "\"")
        .doesNotContain("\"failure\"");
  }

  @Test
  void anUpstreamThatFailsIsNamedWithHowItFailed() throws Exception {
    old.answering(request -> RecordingOrigin.HANGS_UP);
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient client = wire.client(proxy);
    assertThat(client.get("/").status()).isEqualTo(502);
    assertThat(line())
        .contains(
            "\"status\":502,",
            "\"upstream\":\"" + old.address() + "\",\"retries\":0,\"failure\":\"reset\"")
        .doesNotContain("upstream-time", "\"bytes\":0,");
  }

  @Test
  void aSideInMaintenanceAndFrozenWrites() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient client = wire.client(proxy);
    proxy.change(new PlanEdit.SetMaintenance(true, null, null));
    assertThat(client.get("/").status()).isEqualTo(503);
    proxy.change(new PlanEdit.SetMaintenance(false, null, true));
    assertThat(client.post("/", "a=1").status()).isEqualTo(503);
    assertThat(lines(2))
        .satisfiesExactly(
            closed ->
                assertThat(closed)
                    .contains("\"status\":503,", "\"rejected\":\"maintenance\"")
                    .doesNotContain("\"upstream\""),
            frozen -> assertThat(frozen).contains("\"status\":503,", "\"rejected\":\"frozen\""));
  }

  @Test
  void aMalformedRequestIsToldAsFarAsItCanBeRead() throws Exception {
    RunningProxyFixture proxy = wire.proxy("access-log.format = json");
    wire.connect(proxy)
        .send("GET /a?secret HTTP/1.1\r\nHost: a\r\nBad Field: \"x\r\n\r\n")
        .readToEnd();
    assertThat(line())
        .matches(
            "\\{\"client\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/a\","
                + "\"protocol\":\"HTTP/1.1\",\"status\":400,\"bytes\":\\d+,\"request-bytes\":0,"
                + "\"duration\":0.000000,\"revision\":1,\"retries\":0,"
                + "\"rejected\":\"malformed\"}");
  }

  @Test
  void whatIsNoHttpAtAllGetsALineToo() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    wire.connect(proxy).send("\u0016\u0003\u0001\"\u00ff\u0000 /x y\n\r\n\r\n").readToEnd();
    assertThat(line())
        .contains("\"method\":\"\\u0016\\u0003\\u0001\\\"\\u00ff\\u0000\",\"path\":\"/x\"")
        .doesNotContain("protocol");
  }

  @Test
  void aHeadThatDoesNotEndAndOneThatIsTooLarge() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.head = 5s");
    WireClient slow = wire.connect(proxy).send("GET /slow HTTP/1.1\r\nHost: a\r\nX-Sl");
    try (PlainHttpClient other = proxy.client()) {
      other.get("/until-it-is-taken-in");
    }
    proxy.ticker().advance(Duration.ofSeconds(6));
    slow.readToEnd();
    wire.connect(proxy)
        .send("GET /fat HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(40_000) + "\r\n\r\n")
        .readToEnd();
    assertThat(lines(3))
        .satisfiesExactly(
            first -> assertThat(first).contains("\"status\":200,"),
            late ->
                assertThat(late)
                    .contains("\"path\":\"/slow\",", "\"status\":408,", "\"duration\":6.000000,")
                    .contains("\"rejected\":\"timeout\""),
            large ->
                assertThat(large)
                    .contains("\"path\":\"/fat\",", "\"status\":431,")
                    .contains("\"rejected\":\"head-too-large\""));
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedByAnExchange() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.body = 10");
    PlainHttpClient client = wire.client(proxy);
    client.post("/upload", "x".repeat(11));
    assertThat(line())
        .contains("\"status\":413,", "\"variant\":\"old\",", "\"rejected\":\"body-too-large\"");
  }

  @Test
  void theBytesOfTheBodyAreThoseThatWerePassedOn() throws Exception {
    old.answering(
        request ->
            request.method().equals("HEAD")
                ? "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n"
                : request.target().equals("/chunks")
                    ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                    : RecordingOrigin.ok("", "x".repeat(70_000)));
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient client = wire.client(proxy);
    client.request("HEAD", "/", List.of(), null);
    client.get("/large");
    client.get("/chunks");
    client.send("GET /chunks HTTP/1.0\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    client.readAnswer(false);
    assertThat(lines(4))
        .satisfiesExactly(
            head -> assertThat(head).contains("\"bytes\":0,"),
            large -> assertThat(large).contains("\"bytes\":70000,"),
            chunks -> assertThat(chunks).contains("\"bytes\":13,"),
            data -> assertThat(data).contains("\"bytes\":3,", "\"protocol\":\"HTTP/1.0\""));
  }

  @Test
  void whoeverLeavesBeforeTheAnswerIsSaidToHaveLeft() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    old.hold();
    WireClient client = wire.connect(proxy).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await().until(() -> old.seen().size() == 1);
    client.socket().setSoLinger(true, 0);
    client.close();
    assertThat(line()).contains("\"status\":499,", "\"client-left\":true");
    old.release();
  }

  @Test
  void anotherProtocolGetsItsLineWhenItEnds() throws Exception {
    old.answering(
        request ->
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nhello");
    RunningProxyFixture proxy = wire.proxy();
    WireClient client =
        wire.connect(proxy)
            .send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
    client.readUntil("\r\n\r\nhello");
    assertThat(folder.resolve("access.log")).isEmptyFile();
    client.close();
    assertThat(line())
        .contains("\"path\":\"/ws\",", "\"status\":101,\"bytes\":5,\"request-bytes\":0,")
        .doesNotContain("client-left");
  }

  @Test
  void theClientIsTheOneBehindTrustedProxies() throws Exception {
    RunningProxyFixture proxy = wire.proxy("trusted-proxies = [\"127.0.0.0/8\"]");
    PlainHttpClient client = wire.client(proxy);
    client.get("/", "X-Forwarded-For", "203.0.113.9, 192.0.2.7");
    client.get("/", "X-Forwarded-For", "2001:DB8:0:0::1");
    client.get("/");
    assertThat(lines(3))
        .satisfiesExactly(
            v4 -> assertThat(v4).startsWith("{\"client\":\"192.0.2.7\","),
            v6 -> assertThat(v6).startsWith("{\"client\":\"2001:db8:"),
            none -> assertThat(none).startsWith("{\"client\":\"127.0.0.1\","));
  }

  @Test
  void theQueryIsThereWhereItIsWantedButNeverATestersToken() throws Exception {
    Files.writeString(folder.resolve("token"), "sesame");
    RunningProxyFixture proxy = wire.proxy("access-log.query = on", "upgrade.token-file = token");
    PlainHttpClient client = wire.client(proxy);
    client.get("/search?q=shoes");
    client.get("/enable-upgrade.html?token=sesame");
    client.request("PUT", "/enable-upgrade.html?token=sesame", List.of(), null);
    wire.connect(proxy).send("GET /enable-upgrade.html?token=sesame HTTP/1.1\r\n\r\n").readToEnd();
    client.get("/");
    assertThat(lines(5))
        .satisfiesExactly(
            search -> assertThat(search).contains("\"path\":\"/search\",\"query\":\"q=shoes\","),
            page -> assertThat(page).contains("\"path\":\"/enable-upgrade.html\",\"protocol\""),
            put -> assertThat(put).contains("\"path\":\"/enable-upgrade.html\",\"protocol\""),
            bad -> assertThat(bad).contains("\"path\":\"/enable-upgrade.html\",\"protocol\""),
            upgraded -> assertThat(upgraded).contains("\"reason\":\"upgrade\""));
    assertThat(Files.readString(folder.resolve("access.log"))).doesNotContain("sesame");
  }

  /** What is refused or goes elsewhere may still have been meant for the page. */
  @Test
  void aTestersTokenIsNotThereEitherWhereTheRequestWasWrong() throws Exception {
    Files.writeString(folder.resolve("token"), "sesame");
    RunningProxyFixture proxy = wire.proxy("access-log.query = on", "upgrade.token-file = token");
    String target = "/enable-upgrade.html?token=sesame HTTP/1.1\r\n";
    String bad = "Host: a\r\nno field\r\n\r\n";
    wire.connect(proxy).send("GET " + target + bad).readToEnd();
    wire.connect(proxy).send("GET http://a" + target + bad).readToEnd();
    wire.connect(proxy).send("PUT " + target + "Host: a\r\nConnection: close\r\n\r\n").readToEnd();
    assertThat(lines(3)).allMatch(line -> line.contains("/enable-upgrade.html\""));
    assertThat(Files.readString(folder.resolve("access.log"))).doesNotContain("sesame");
  }

  @Test
  void aCombinedLineIsOneThatReadersOfLogsKnow() throws Exception {
    RunningProxyFixture proxy = wire.proxy("access-log.format = combined");
    wire.connect(proxy)
        .send("GET /a HTTP/1.0\r\n" + AGENT + "Referer: \"\u00fc\r\n\r\n")
        .readToEnd();
    assertThat(line())
        .matches(
            "127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000]"
                + " \"GET /a HTTP/1\\.0\" 200 3 \"\\\\x22\\\\xfc\" \"t\" variant=old reason=first"
                + " bucket=\\d+ rule=\"-\" revision=1 upstream=\"127\\.0\\.0\\.1:\\d+\""
                + " upstream-time=0\\.000000 retries=0 retried-from=\"-\" failure=- rejected=-"
                + " client-left=no duration=0\\.000000 request-bytes=0 host=\"-\" trace=-");
  }

  @Test
  void pipelinedRequestsKeepTheirTextsApart() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      all.append("GET /").append("p".repeat(i)).append(" HTTP/1.1\r\nHost: h").append(i);
      all.append(i == 19 ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
    }
    wire.connect(proxy).send(all.toString()).readToEnd();
    List<String> lines = lines(20);
    for (int i = 0; i < 20; i++) {
      assertThat(lines.get(i))
          .contains("\"host\":\"h" + i + "\",\"path\":\"/" + "p".repeat(i) + "\",");
    }
  }

  @Test
  void aReloadSwitchesItOnAndToAnotherFileAndOff() throws Exception {
    String[] upstreams = {endpoints(Side.OLD, old), endpoints(Side.NEW, young)};
    RunningProxyFixture proxy = wire.add(RunningProxyFixture.start(folder, upstreams));
    PlainHttpClient client = wire.client(proxy);
    client.get("/off");
    proxy.reconfigure(LOG, upstreams[0], upstreams[1]);
    client.get("/first");
    assertThat(line()).contains("/first");
    proxy.reconfigure("access-log.file = other.log", upstreams[0], upstreams[1]);
    Path other = folder.resolve("other.log");
    AtomicInteger sent = new AtomicInteger();
    // What waits at this moment goes into the file from before.
    await()
        .until(
            () -> {
              client.get("/second");
              sent.incrementAndGet();
              return Files.size(other) > 0;
            });
    proxy.reconfigure(upstreams);
    client.get("/third");
    proxy.reconfigure(LOG, upstreams[0], upstreams[1]);
    client.get("/fourth");
    Path first = folder.resolve("access.log");
    await().until(() -> (Files.readString(first) + Files.readString(other)).contains("/fourth"));
    assertThat(
            Stream.concat(Files.readAllLines(first).stream(), Files.readAllLines(other).stream()))
        .hasSize(sent.get() + 2)
        .noneMatch(line -> line.contains("/off") || line.contains("/third"));
  }
}
