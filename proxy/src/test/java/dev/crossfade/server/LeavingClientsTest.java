package dev.crossfade.server;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.Http2RawClient;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.StrictHttp;
import dev.crossfade.testing.WireClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who has closed their output may wait for their answer or be gone, while the origin is silent.
 * Time is moved by hand.
 */
class LeavingClientsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String GET10 = "GET / HTTP/1.0\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = OnTheWire.withSilentOrigins(() -> folder);

  private final CompletableFuture<Void> goesOn = new CompletableFuture<>();

  /** Takes a request, sends the first, and when it is to go on the second. */
  private RawOrigin origin(String first, String second) {
    return wire.add(
        new RawOrigin(
            c -> {
              c.readRequest();
              c.send(first);
              if (second.isEmpty()) {
                c.readToEnd();
                return;
              }
              c.waitFor(goesOn);
              c.send(second);
            }));
  }

  private static void untilAsked(RawOrigin origin) {
    await().until(() -> origin.requests().size() == 1);
  }

  private static void untilReleased(RunningProxyFixture proxy, RawOrigin origin) {
    await()
        .until(
            () -> {
              proxy.ticker().advance(Duration.ofSeconds(1));
              return origin.connections().get(0).ended() && proxy.server().connections() == 0;
            });
  }

  private static void untilItComes(RunningProxyFixture proxy, Socket to) {
    await()
        .until(
            () -> {
              proxy.ticker().advance(Duration.ofSeconds(1));
              return to.getInputStream().available() > 0;
            });
  }

  /** Nothing comes, however long it takes. */
  private static void nothingComes(RunningProxyFixture proxy, Socket to) throws Exception {
    for (int i = 0; i < 3; i++) {
      proxy.ticker().advance(Duration.ofSeconds(2));
      sweep(proxy);
    }
    assertThat(to.getInputStream().available()).isZero();
  }

  /** Waits for a sweep of deadlines: one closes a connection that was idle for too long. */
  private static void sweep(RunningProxyFixture proxy) throws Exception {
    await().until(() -> proxy.server().connections() == 1);
    try (WireClient idle = WireClient.to(proxy.port())) {
      await().until(() -> proxy.server().connections() == 2);
      proxy.sweep(idle);
    }
  }

  private WireClient ask(RunningProxyFixture proxy, RawOrigin origin) throws IOException {
    return ask(proxy, origin, GET);
  }

  private WireClient ask(RunningProxyFixture proxy, RawOrigin origin, String request)
      throws IOException {
    WireClient client = wire.connect(proxy).send(request);
    untilAsked(origin);
    return client;
  }

  // ---- who is gone ------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {GET, GET10})
  void whoClosesBeforeTheAnswerReleasesTheOrigin(String request) throws Exception {
    RawOrigin origin = origin("", "");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    ask(proxy, origin, request).close();
    untilReleased(proxy, origin);
  }

  @Test
  void whoWaitsAndClosesThenReleasesTheOrigin() throws Exception {
    RawOrigin origin = origin("", "");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    client.socket().shutdownOutput();
    untilItComes(proxy, client.socket());
    // What a closed socket had not read would reset its connection.
    assertThat(client.socket().getInputStream().read()).isEqualTo('H');
    client.close();
    untilReleased(proxy, origin);
  }

  /** Its body waits while there is no connection to the origin, and meanwhile nothing is read. */
  @Test
  void whoClosesBehindABodyReleasesTheOrigin() throws Exception {
    RawOrigin origin =
        wire.add(
            new RawOrigin(
                c -> {
                  if (c.readRequest().startsWith("GET ")) {
                    c.waitFor(goesOn);
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    c.readRequest();
                  }
                  c.readToEnd();
                }));
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = wire.connect(proxy);
    client.send(GET + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    client.socket().shutdownOutput();
    untilAsked(origin);
    goesOn.complete(null);
    client.readUntil("\r\n\r\n");
    client.close();
    await().until(() -> origin.requests().size() == 2);
    await()
        .until(
            () -> {
              proxy.ticker().advance(Duration.ofSeconds(1));
              return proxy.server().connections() == 0;
            });
    await().until(() -> origin.connections().stream().allMatch(RawOrigin.Connection::ended));
  }

  @Test
  void whoClosesBetweenTwoChunksReleasesTheOrigin() throws Exception {
    RawOrigin origin = origin(CHUNKED + "2\r\nab\r\n", "");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    client.readUntil("ab\r\n");
    client.close();
    untilReleased(proxy, origin);
  }

  @Test
  void whoClosesWithinABodyThatTheProxyChunksReleasesTheOrigin() throws Exception {
    RawOrigin origin = origin("HTTP/1.1 200 OK\r\n\r\nab", "");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    client.readUntil("ab\r\n");
    client.close();
    untilReleased(proxy, origin);
  }

  static Stream<Arguments> partsOfAnswers() {
    return Stream.of(GET, GET10)
        .flatMap(
            request ->
                Stream.of(
                        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab",
                        CHUNKED + "4\r\nab",
                        CHUNKED + "2\r\nab\r\n",
                        "HTTP/1.1 200 OK\r\n\r\nab")
                    .map(part -> Arguments.of(request, part)));
  }

  /** Where nobody knows what would come next, nothing can be sent ahead of it. */
  @ParameterizedTest
  @MethodSource("partsOfAnswers")
  void whoClosesInMidAnswerReleasesTheOrigin(String request, String part) throws Exception {
    RawOrigin origin = origin(part, "");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin, request);
    client.readUntil("\r\n\r\n");
    client.readUntil("ab");
    client.close();
    untilReleased(proxy, origin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoClosesUnderTlsReleasesTheOrigin(String version) throws Exception {
    RawOrigin origin = origin("", "");
    RunningProxyFixture proxy =
        wire.proxy(endpoints(Side.OLD, origin.address()), LocalhostTls.listener(folder, ""));
    SSLSocket tls = LocalhostTls.over(version, wire.connect(proxy));
    // With anything unread, tickets of TLS say, a socket that is closed resets its connection.
    WireClient client = WireClient.over(tls);
    client.send("GET /enable-upgrade.html HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("</html>\n");
    client.send(GET);
    untilAsked(origin);
    tls.close();
    untilReleased(proxy, origin);
  }

  @Test
  void whoClosesInHttp2ReleasesTheOrigin() throws Exception {
    RawOrigin origin = origin("", "");
    RunningProxyFixture proxy =
        wire.proxy(
            endpoints(Side.OLD, origin.address()), RunningProxyFixture.listener(", http2 = true"));
    try (Http2RawClient client = new Http2RawClient(proxy.port()).hello()) {
      client.get("/");
      client.roundTrip();
      untilAsked(origin);
    }
    untilReleased(proxy, origin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoClosesInHttp2UnderTlsReleasesTheOrigin(String version) throws Exception {
    RawOrigin origin = origin("", "");
    RunningProxyFixture proxy =
        wire.proxy(endpoints(Side.OLD, origin.address()), LocalhostTls.listener(folder, ""));
    SSLSocket tls = LocalhostTls.over(version, wire.connect(proxy), "h2");
    try (Http2RawClient client = new Http2RawClient(tls).hello()) {
      client.get("/");
      client.roundTrip();
      untilAsked(origin);
    }
    untilReleased(proxy, origin);
  }

  // ---- who waits --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        OK,
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK,
        CHUNKED + "2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nok",
      })
  void whoWaitsGetsTheAnswer(String answer) throws Exception {
    RawOrigin origin = origin("", answer);
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    client.socket().shutdownOutput();
    untilItComes(proxy, client.socket());
    goesOn.complete(null);
    String whole = client.readToEnd();
    String last = whole.substring(whole.lastIndexOf("HTTP/1.1 "));
    assertThat(whole).startsWith("HTTP/1.1 ");
    assertThat(StrictHttp.answer(last, "GET", true).body()).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {GET, GET10})
  void whoWaitsForLongIsSentTheVersionAndNoMore(String request) throws Exception {
    RawOrigin origin = origin("", OK);
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin, request);
    client.socket().shutdownOutput();
    await()
        .until(
            () -> {
              proxy.ticker().advance(Duration.ofSeconds(20));
              return client.socket().getInputStream().available() == "HTTP/1.1 ".length();
            });
    assertThat(client.readUntil(" ")).isEqualTo("HTTP/1.1 ");
    nothingComes(proxy, client.socket());
    goesOn.complete(null);
    assertThat(client.readToEnd()).startsWith("200 OK\r\n").endsWith("\r\n\r\nok");
  }

  @Test
  void whoWaitsForAnOriginThatFailsGetsTheProxysAnswer() throws Exception {
    RawOrigin origin = origin("", "HTTP/2.7 200 OK\r\n\r\n");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    client.socket().shutdownOutput();
    untilItComes(proxy, client.socket());
    goesOn.complete(null);
    StrictHttp.Answer answer = StrictHttp.answer(client.readToEnd(), "GET", true);
    assertThat(answer.status()).isEqualTo(502);
  }

  @Test
  void whoWaitsForAnotherProtocolGetsIt() throws Exception {
    RawOrigin origin =
        origin(
            "",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\nhi");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client =
        ask(
            proxy,
            origin,
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n");
    client.socket().shutdownOutput();
    untilItComes(proxy, client.socket());
    goesOn.complete(null);
    assertThat(client.readToEnd())
        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
        .endsWith("\r\n\r\nhi");
  }

  @Test
  void whoWaitsBetweenTwoChunksGetsTheRestOfThem() throws Exception {
    RawOrigin origin = origin(CHUNKED + "2\r\nab\r\n", "1F\r\n" + "c".repeat(31) + "\r\n0\r\n\r\n");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    String answer = client.readUntil("ab\r\n");
    client.socket().shutdownOutput();
    untilItComes(proxy, client.socket());
    goesOn.complete(null);
    answer += client.readToEnd();
    assertThat(answer).contains("\r\n01F\r\n");
    assertThat(StrictHttp.answer(answer, "GET", true).body()).isEqualTo("ab" + "c".repeat(31));
  }

  @Test
  void whoWaitsBeforeTheLastChunkGetsIt() throws Exception {
    RawOrigin origin = origin("HTTP/1.1 200 OK\r\n\r\nab", "");
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    String answer = client.readUntil("ab\r\n");
    client.socket().shutdownOutput();
    untilItComes(proxy, client.socket());
    origin.connections().get(0).closeOutput();
    answer += client.readToEnd();
    assertThat(answer).endsWith("\r\n00\r\n\r\n");
    assertThat(StrictHttp.answer(answer, "GET", true).body()).isEqualTo("ab");
  }

  @Test
  void nothingIsPutIntoAChunk() throws Exception {
    RawOrigin origin = origin(CHUNKED + "4\r\nab", "cd\r\n0\r\n\r\n");
    whoWaitsIsSentNothing(origin, GET);
  }

  @Test
  void nothingIsPutIntoABodyOfKnownLength() throws Exception {
    RawOrigin origin = origin("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", "cd");
    whoWaitsIsSentNothing(origin, GET);
  }

  @Test
  void nothingIsPutIntoABodyOfHttp10() throws Exception {
    RawOrigin origin = origin(CHUNKED + "2\r\nab\r\n", "2\r\ncd\r\n0\r\n\r\n");
    whoWaitsIsSentNothing(origin, GET10);
  }

  /** Who closes in mid-answer may still be there, for a while. */
  private void whoWaitsIsSentNothing(RawOrigin origin, String request) throws Exception {
    RunningProxyFixture proxy =
        wire.proxy(endpoints(Side.OLD, origin.address()), "timeouts.keep-alive = 500ms");
    WireClient client = wire.connect(proxy).send(request);
    String answer = client.readUntil("\r\n\r\n") + client.readUntil("ab");
    client.socket().shutdownOutput();
    try (WireClient idle = WireClient.to(proxy.port())) {
      await().until(() -> proxy.server().connections() == 2);
      proxy.ticker().advance(Duration.ofMillis(700));
      idle.readToEnd();
    }
    assertThat(client.socket().getInputStream().available()).isZero();
    goesOn.complete(null);
    answer += client.readToEnd();
    assertThat(StrictHttp.answer(answer, "GET", true).body()).isEqualTo("abcd");
  }

  /** Whoever has been sent anything since they closed, and has not reset the connection, waits. */
  @Test
  void whoClosedBeforeTheAnswerGetsTheRestOfItHoweverLateItComes() throws Exception {
    CompletableFuture<Void> ends = new CompletableFuture<>();
    RawOrigin origin =
        wire.add(
            new RawOrigin(
                c -> {
                  c.readRequest();
                  c.waitFor(goesOn);
                  c.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
                  c.waitFor(ends);
                  c.send("cd");
                }));
    RunningProxyFixture proxy = wire.proxy(endpoints(Side.OLD, origin.address()));
    WireClient client = ask(proxy, origin);
    client.socket().shutdownOutput();
    untilItComes(proxy, client.socket());
    goesOn.complete(null);
    String answer = client.readUntil("\r\n\r\n") + client.readUntil("ab");
    nothingComes(proxy, client.socket());
    ends.complete(null);
    answer += client.readToEnd();
    assertThat(StrictHttp.answer(answer, "GET", true).body()).isEqualTo("abcd");
  }
}
