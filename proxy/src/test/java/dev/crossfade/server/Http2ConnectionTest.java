package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Http2RawClient;
import dev.crossfade.testing.Http2RawClient.GoAway;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How a connection in HTTP/2 begins, how long it is waited for, and how it ends. */
class Http2ConnectionTest {
  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin origin = wire.origin(Side.OLD);

  private Http2RawClient connect(RunningProxyFixture proxy) throws IOException {
    return wire.add(new Http2RawClient(proxy.port())).hello();
  }

  // ---- the beginning ----------------------------------------------------------------------------

  private SSLSocket tls(RunningProxyFixture proxy, String... protocols) throws Exception {
    SSLSocket socket = LocalhostTls.over(wire.connect(proxy), protocols);
    socket.startHandshake();
    return socket;
  }

  @Test
  void alpnDecidesUnderTls() throws Exception {
    RunningProxyFixture proxy = wire.proxy(LocalhostTls.listener(folder, ""));
    SSLSocket h2 = tls(proxy, "h2", "http/1.1");
    assertThat(h2.getApplicationProtocol()).isEqualTo("h2");
    Http2RawClient client = wire.add(new Http2RawClient(h2)).hello();
    Http2RawClient.Answer answer = client.answer(client.get("/"));
    assertThat(answer.body()).isEqualTo("old");
    assertThat(answer.fields()).anyMatch(f -> f.matches("set-cookie: crossfade=.*; Secure"));
    assertThat(origin.last().fields("X-Forwarded-Proto")).containsExactly("https");
    for (String[] offered : new String[][] {{"http/1.1"}, {}, {"spdy/1"}}) {
      WireClient http1 = wire.add(WireClient.over(tls(proxy, offered)));
      http1.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(http1.readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void switchedOffItIsNotSpokenEitherWay() throws Exception {
    RunningProxyFixture proxy = wire.proxy(LocalhostTls.listener(folder, ", http2 = off"));
    assertThat(tls(proxy, "h2", "http/1.1").getApplicationProtocol()).isEqualTo("http/1.1");
    int port = ChildProcess.freePort();
    proxy.reconfigure(
        wire.lines("listen = [{ address = \"127.0.0.1:" + port + "\", http2 = off }]"));
    WireClient client = wire.add(WireClient.to(port));
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertThat(client.readToEnd()).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void itComesBehindTheProxyProtocol() throws Exception {
    RunningProxyFixture proxy = wire.proxy(RunningProxyFixture.listener(", proxy-protocol = on"));
    Http2RawClient client = wire.add(new Http2RawClient(proxy.port()));
    client.send("PROXY TCP4 192.0.2.1 198.51.100.1 1 443\r\n".getBytes(StandardCharsets.US_ASCII));
    client.hello();
    assertThat(client.answer(client.get("/")).body()).isEqualTo("old");
    assertThat(origin.last().fields("X-Forwarded-For")).containsExactly("192.0.2.1");
  }

  @Test
  void aChangeAppliesToTheNextStream() throws Exception {
    wire.origin(Side.NEW);
    RunningProxyFixture proxy = wire.proxy();
    Http2RawClient client = connect(proxy);
    assertThat(client.answer(client.get("/")).body()).isEqualTo("old");
    origin.hold();
    int before = client.get("/before");
    await().until(() -> origin.seen().size() == 2);
    proxy.change(new PlanEdit.SetThreshold(10_000));
    assertThat(client.answer(client.get("/behind")).body()).isEqualTo("new");
    origin.release();
    assertThat(client.answer(before).body()).isEqualTo("old");
  }

  @Test
  void itIsCountedAsWhatItIs() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    Http2RawClient client = connect(proxy);
    client.answer(client.get("/"));
    assertThat(proxy.server().connections()).isEqualTo(1);
    assertThat(proxy.tally().of("connections")).isEqualTo(1);
    client.close();
    await().until(() -> proxy.server().connections() == 0);
    assertThat(proxy.tally().of("connections")).isZero();
  }

  // ---- timeouts ---------------------------------------------------------------------------------

  @Test
  void anIdleConnectionIsClosedAfterKeepAlive() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.keep-alive = 20s");
    Http2RawClient used = connect(proxy);
    Http2RawClient fresh = connect(proxy).roundTrip();
    proxy.ticker().advance(Duration.ofSeconds(19));
    used.answer(used.get("/"));
    used.roundTrip();
    proxy.ticker().advance(Duration.ofSeconds(2));
    fresh.readToEnd();
    assertThat(fresh.goAways()).containsExactly(new GoAway(0, Http2RawClient.NO_ERROR));
    used.answer(used.get("/"));
    proxy.ticker().advance(Duration.ofSeconds(21));
    used.readToEnd();
    assertThat(used.goAways()).containsExactly(new GoAway(3, Http2RawClient.NO_ERROR));
  }

  @Test
  void aHeadThatDoesNotEndEndsTheConnection() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.head = 5s");
    Http2RawClient slow = connect(proxy).roundTrip();
    slow.frame(Http2RawClient.HEADERS, 0, 1, Http2RawClient.fields(":method: GET"));
    Http2RawClient slower = connect(proxy).roundTrip();
    slower.send(new byte[] {0, 0, 50, 1, 5, 0, 0});
    try (WireClient other = WireClient.to(proxy.port())) {
      other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("old");
    }
    proxy.ticker().advance(Duration.ofSeconds(6));
    slow.readToEnd();
    slower.readToEnd();
    assertThat(proxy.tally().of("rejected timeout")).isEqualTo(2);
  }

  @Test
  void eachHeadHasATimeOfItsOwn() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.head = 5s");
    // No frame of its own may come into the midst of those below.
    Http2RawClient busy = connect(proxy).keepsWindowsShut().roundTrip();
    byte[] block =
        Http2RawClient.fields(":method: GET", ":scheme: http", ":path: /", ":authority: a");
    int flags = Http2RawClient.END_HEADERS | Http2RawClient.END_STREAM;
    byte[] first = Http2RawClient.frameBytes(Http2RawClient.HEADERS, flags, 1, block);
    byte[] second = Http2RawClient.frameBytes(Http2RawClient.HEADERS, flags, 3, block);
    Http2RawClient slow = connect(proxy).roundTrip();
    slow.send(Arrays.copyOf(first, 12));
    busy.send(Arrays.copyOf(first, 12));
    try (WireClient other = WireClient.to(proxy.port())) {
      other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("old");
    }
    proxy.ticker().advance(Duration.ofSeconds(4));
    // The end of one head and the beginning of the next, in one piece.
    ByteBuffer both = ByteBuffer.allocate(first.length);
    both.put(first, 12, first.length - 12).put(second, 0, 12);
    busy.send(both.array());
    assertThat(busy.answer(1).body()).isEqualTo("old");
    proxy.ticker().advance(Duration.ofSeconds(4));
    slow.readToEnd();
    busy.send(Arrays.copyOfRange(second, 12, second.length));
    assertThat(busy.answer(3).body()).isEqualTo("old");
    assertThat(busy.goAways()).isEmpty();
  }

  @Test
  void aBodyThatStopsIs408AndOtherStreamsGoOn() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.body = 5s");
    Http2RawClient client = connect(proxy);
    int slow = client.post("/slow", "content-length: 10");
    client.data(slow, "abc", false);
    await().until(() -> origin.open() == 1);
    client.roundTrip();
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(client.answer(slow).status()).isEqualTo(408);
    client.await(() -> client.of(slow).reset() == Http2RawClient.NO_ERROR);
    assertThat(client.answer(client.get("/")).body()).isEqualTo("old");
    assertThat(proxy.tally().of("rejected timeout")).isEqualTo(1);
  }

  @Test
  void aWindowThatStaysShutEndsItsStream() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.write = 5s");
    origin.answering(
        r -> RecordingOrigin.ok("", r.target().equals("/") ? "small" : "x".repeat(1_000_000)));
    Http2RawClient client = connect(proxy).keepsWindowsShut();
    client.openWindow(0, 10_000_000);
    int shut = client.get("/large");
    client.await(() -> client.of(shut).length() == 65_535);
    client.roundTrip();
    proxy.ticker().advance(Duration.ofSeconds(3));
    client.openWindow(shut, 1000);
    client.await(() -> client.of(shut).length() == 66_535);
    client.roundTrip();
    proxy.ticker().advance(Duration.ofSeconds(4));
    assertThat(client.answer(client.get("/")).body()).isEqualTo("small");
    assertThat(client.of(shut).reset()).isEqualTo(-1);
    proxy.ticker().advance(Duration.ofSeconds(2));
    assertThat(client.answer(shut).reset()).isEqualTo(Http2RawClient.CANCEL);
    assertThat(client.answer(client.get("/")).body()).isEqualTo("small");
  }

  @Test
  void anOriginThatIsSilentIs504() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.first-byte = 5s");
    origin.answering(
        r -> r.target().equals("/") ? "HTTP/1.1 204 No\r\n\r\n" : RecordingOrigin.SILENT);
    Http2RawClient client = connect(proxy);
    int silent = client.get("/silent");
    await().until(() -> origin.seen().size() == 1);
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(client.answer(silent).status()).isEqualTo(504);
    assertThat(client.answer(client.get("/")).status()).isEqualTo(204);
  }

  // ---- the end ----------------------------------------------------------------------------------

  @Test
  void aDrainLetsStreamsFinishAndLosesNone() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    Http2RawClient idle = connect(proxy).roundTrip();
    origin.hold();
    Http2RawClient busy = connect(proxy).ignoresPings();
    int before = busy.get("/before");
    await().until(() -> origin.seen().size() == 1);
    CompletableFuture<Void> drained = proxy.server().drain();
    busy.await(() -> busy.goAways().size() == 1);
    assertThat(busy.goAways()).containsExactly(new GoAway(Integer.MAX_VALUE, 0));
    // Sent before the client could know.
    int meanwhile = busy.get("/meanwhile");
    await().until(() -> origin.seen().size() == 2);
    proxy.ticker().advance(Duration.ofSeconds(3));
    busy.await(() -> busy.goAways().size() == 2);
    assertThat(busy.goAways().get(1)).isEqualTo(new GoAway(meanwhile, 0));
    idle.readToEnd();
    assertThat(idle.goAways()).containsExactly(new GoAway(Integer.MAX_VALUE, 0), new GoAway(0, 0));
    assertThat(drained).isNotDone();
    origin.release();
    assertThat(busy.answer(before).body()).isEqualTo("old");
    assertThat(busy.answer(meanwhile).body()).isEqualTo("old");
    busy.readToEnd();
    busy.close();
    idle.close();
    drained.get(10, TimeUnit.SECONDS);
  }

  @Test
  void closingEndsWhatIsLeft() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    origin.hold();
    Http2RawClient busy = connect(proxy);
    busy.get("/1");
    busy.get("/2");
    await().until(() -> origin.seen().size() == 2);
    CompletableFuture<Void> drained = proxy.server().drain();
    proxy.server().close();
    busy.readToEnd();
    drained.get(10, TimeUnit.SECONDS);
    assertThat(proxy.tally().of("status 499")).isEqualTo(2);
  }

  @Test
  void afterItsRequestsTheConnectionIsLeft() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.requests-per-connection = 3");
    Http2RawClient client = connect(proxy);
    for (int i = 0; i < 3; i++) {
      assertThat(client.answer(client.get("/" + i)).body()).isEqualTo("old");
    }
    client.readToEnd();
    assertThat(client.goAways())
        .containsExactly(new GoAway(Integer.MAX_VALUE, 0), new GoAway(5, 0));
  }

  @Test
  void theNumberOfStreamsIsConfigured() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.streams = 2");
    origin.hold();
    Http2RawClient client = connect(proxy);
    assertThat(client.maxStreams()).isEqualTo(2);
    int one = client.get("/1");
    int two = client.get("/2");
    assertThat(client.answer(client.get("/3")).reset()).isEqualTo(Http2RawClient.REFUSED_STREAM);
    assertThat(proxy.tally().of("rejected capacity")).isEqualTo(1);
    origin.release();
    client.answer(one);
    client.answer(two);
    assertThat(client.answer(client.get("/4")).body()).isEqualTo("old");
  }

  // ---- streams that are refused -----------------------------------------------------------------

  /** RFC 9113 §5.1: what comes on a stream that we have reset is ignored. */
  @Test
  void whatFollowsARefusedStreamEndsNoOther() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.streams = 1");
    origin.hold();
    // All of it before the client has seen our SETTINGS.
    Http2RawClient client = connect(proxy);
    int served = client.get("/served");
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      refused.add(client.post("/refused"));
    }
    for (int stream : refused) {
      client.frame(Http2RawClient.DATA, 0, stream, new byte[100]);
    }
    for (int stream : refused) {
      client.trailers(stream, "x-sum: 42");
    }
    for (int stream : refused) {
      assertThat(client.answer(stream).reset()).isEqualTo(Http2RawClient.REFUSED_STREAM);
    }
    client.roundTrip();
    assertThat(proxy.tally().of("rejected capacity")).isEqualTo(100);
    assertThat(proxy.tally().of("rejected malformed")).isZero();
    origin.release();
    assertThat(client.answer(served).body()).isEqualTo("old");
    assertThat(client.goAways()).isEmpty();
    assertThat(origin.seen()).hasSize(1);
  }

  @Test
  void bodiesOfRefusedStreamsGiveTheirWindowBack() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.streams = 1");
    origin.hold();
    Http2RawClient client = connect(proxy);
    // Our SETTINGS are acknowledged before the first stream.
    assertThat(client.maxStreams()).isEqualTo(1);
    client.roundTrip();
    int served = client.get("/served");
    for (int i = 0; i < 10; i++) {
      int refused = client.post("/refused");
      client.data(refused, new byte[250_000], true);
      assertThat(client.answer(refused).reset()).isEqualTo(Http2RawClient.REFUSED_STREAM);
    }
    origin.release();
    assertThat(client.answer(served).body()).isEqualTo("old");
    int behind = client.post("/behind");
    assertThat(client.data(behind, new byte[250_000], true).answer(behind).body()).isEqualTo("old");
    assertThat(client.goAways()).isEmpty();
  }

  // ---- floods -----------------------------------------------------------------------------------

  @Test
  void pingsOverHoursOnASilentStreamAreNoFlood() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.first-byte = 10h");
    origin.hold();
    Http2RawClient client = connect(proxy);
    int silent = client.get("/");
    await().until(() -> origin.seen().size() == 1);
    for (int i = 0; i < 3000; i++) {
      client.roundTrip();
      proxy.ticker().advance(Duration.ofSeconds(1));
    }
    assertThat(client.goAways()).isEmpty();
    origin.release();
    assertThat(client.answer(silent).body()).isEqualTo("old");
  }
}
