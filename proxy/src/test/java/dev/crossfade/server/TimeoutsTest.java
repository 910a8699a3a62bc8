package dev.crossfade.server;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Everybody may be slow, but not for ever. Time is moved by hand. */
class TimeoutsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin origin = wire.origin(Side.OLD);

  /** Until the proxy has taken in all that was sent before. */
  private void roundTrip(RunningProxyFixture proxy) throws IOException {
    try (PlainHttpClient other = proxy.client()) {
      other.get("/round-trip");
    }
  }

  @Test
  void anIdleConnectionIsClosedAfterKeepAlive() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.keep-alive = 20s");
    WireClient used = wire.connect(proxy).send(GET);
    used.readUntil("\r\n\r\nold");
    WireClient fresh = wire.connect(proxy);
    roundTrip(proxy);
    proxy.ticker().advance(Duration.ofSeconds(19));
    used.send(GET).readUntil("\r\n\r\nold");
    proxy.ticker().advance(Duration.ofSeconds(2));
    assertThat(fresh.readToEnd()).isEmpty();
    used.send(GET).readUntil("\r\n\r\nold");
    proxy.ticker().advance(Duration.ofSeconds(21));
    assertThat(used.readToEnd()).isEmpty();
    assertThat(proxy.tally().of("status 408")).isZero();
  }

  @Test
  void aHeadThatDoesNotEndIsAnswered408() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.head = 5s");
    WireClient slow = wire.connect(proxy);
    slow.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
    slow.send("GET / HTTP/1.1\r\nHost: a\r\nX-Sl");
    roundTrip(proxy);
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(slow.readToEnd())
        .startsWith("HTTP/1.1 408 ")
        .contains("Connection: close\r\n")
        .endsWith("}\n");
    assertThat(proxy.tally().of("rejected timeout")).isEqualTo(1);
  }

  @Test
  void theHeadOfHeadThatDoesNotEndIsAnsweredWithoutContent() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.head = 5s");
    WireClient slow = wire.connect(proxy).send("HEAD / HTTP/1.1\r\nHost: a\r\nX-Sl");
    roundTrip(proxy);
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(slow.readToEnd()).startsWith("HTTP/1.1 408 ").endsWith("\r\n\r\n");
  }

  @Test
  void aBodyThatStopsIsAnswered408AndTheOriginLetGo() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.body = 5s");
    WireClient slow = wire.connect(proxy);
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    await().until(() -> origin.open() == 1);
    roundTrip(proxy);
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(slow.readToEnd()).startsWith("HTTP/1.1 408 ");
    await().until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).active() == 0);
    assertThat(origin.seen()).extracting(RecordingOrigin.Seen::target).doesNotContain("/");
  }

  @Test
  void aBodyOfAByteNowAndThenIsAnswered408() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    WireClient slow = wire.connect(proxy);
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    for (int second = 0; second < 18; second += 3) {
      slow.send("x");
      roundTrip(proxy);
      proxy.ticker().advance(Duration.ofSeconds(3));
    }
    assertThat(proxy.tally().of("rejected timeout")).isZero();
    slow.send("x");
    roundTrip(proxy);
    proxy.ticker().advance(Duration.ofSeconds(3));
    assertThat(slow.readToEnd()).startsWith("HTTP/1.1 408 ");
    assertThat(proxy.tally().of("rejected timeout")).isEqualTo(1);
  }

  @Test
  void aBodyThatComesAtTheLeastRateIsTaken() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.body-rate = 500");
    WireClient slow = wire.connect(proxy);
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n");
    for (int i = 0; i < 10; i++) {
      slow.send("x".repeat(5000));
      roundTrip(proxy);
      proxy.ticker().advance(Duration.ofSeconds(10));
    }
    assertThat(slow.readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aClientIsNotTheSlowOneWhileItsBodyHasToWait() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy(
            "upstreams.old.limits.connections = 1",
            "upstreams.old.limits.waiting-time = 1h",
            "timeouts.first-byte = 1h");
    origin.hold();
    WireClient first = wire.connect(proxy).send(GET);
    await().until(() -> origin.seen().size() == 1);
    WireClient waiting = wire.connect(proxy);
    waiting.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    await()
        .until(
            () ->
                proxy.upstreams().endpoints(Side.OLD).get(0).condition().waiting() == 1
                    && proxy.upstreams().endpoints(Side.OLD).get(0).active() == 1);
    answeredByTheProxy(proxy);
    for (int i = 0; i < 10; i++) {
      proxy.ticker().advance(Duration.ofMinutes(1));
      answeredByTheProxy(proxy);
    }
    origin.release();
    first.readUntil("\r\n\r\nold");
    assertThat(waiting.send("world").readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aClientIsNotTheSlowOneWhileItWaitsFor100() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.first-byte = 1h", "timeouts.body = 30s");
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    RawOrigin.Script script =
        c -> {
          c.readUntil("\r\n\r\n");
          c.waitFor(goOn);
          c.send("HTTP/1.1 100 Continue\r\n\r\n");
          c.read(5);
          c.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
        };
    RawOrigin thoughtful = wire.add(new RawOrigin(script));
    proxy.reconfigure(
        endpoints(Side.OLD, thoughtful.address()),
        "timeouts.first-byte = 1h",
        "timeouts.body = 30s");
    WireClient waiting = wire.connect(proxy);
    waiting.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    await().until(() -> !thoughtful.connections().isEmpty());
    await().until(() -> thoughtful.connections().get(0).received().endsWith("\r\n\r\n"));
    for (int i = 0; i < 3; i++) {
      proxy.ticker().advance(Duration.ofSeconds(40));
      answeredByTheProxy(proxy);
    }
    goOn.complete(null);
    assertThat(waiting.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
    waiting.send("hello");
    assertThat(waiting.readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
  }

  /**
   * More than a minute and a sweep of deadlines have passed: an idle connection is closed by one.
   */
  private void answeredByTheProxy(RunningProxyFixture proxy) throws Exception {
    try (WireClient idle = wire.connect(proxy)) {
      idle.send("GET /enable-upgrade.html HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("</html>\n");
      proxy.sweep(idle);
    }
  }

  @Test
  void anOriginThatDoesNotBeginItsAnswerIs504() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.first-byte = 5s");
    origin.answering(r -> RecordingOrigin.SILENT);
    PlainHttpClient client = wire.client(proxy);
    client.send(GET.getBytes(StandardCharsets.US_ASCII));
    await().until(() -> !origin.seen().isEmpty());
    proxy.ticker().advance(Duration.ofSeconds(6));
    Answer answer = client.readAnswer(false);
    assertThat(answer.status()).isEqualTo(504);
    assertThat(client.connected()).as("the client may ask again").isTrue();
    assertThat(proxy.tally().of("failure old timeout")).isEqualTo(1);
    await().until(() -> origin.open() == 0);
    origin.answering(r -> RecordingOrigin.ok("", "better"));
    assertThat(client.get("/").body()).isEqualTo("better");
  }

  @Test
  void anOriginIsNotTheSlowOneWhileItWaitsForTheBody() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy("timeouts.first-byte = 5s", "timeouts.body = 10m", "timeouts.body-rate = 0");
    WireClient hesitates = wire.connect(proxy);
    String half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello";
    hesitates.send(half);
    await().until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).active() == 1);
    for (int i = 0; i < 3; i++) {
      answeredByTheProxy(proxy);
    }
    assertThat(hesitates.send("world").readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
    hesitates.send(half);
    await().until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).active() == 1);
    for (int i = 0; i < 9; i++) {
      answeredByTheProxy(proxy);
    }
    assertThat(hesitates.readToEnd()).startsWith("HTTP/1.1 408 ");
    assertThat(proxy.tally().of("failure old timeout")).isZero();
  }

  @Test
  void anOriginThatSaysNeither100NorNoIs504() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.first-byte = 5s", "timeouts.body = 30s");
    WireClient waiting = wire.connect(proxy);
    waiting.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    await().until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).active() == 1);
    answeredByTheProxy(proxy);
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(waiting.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 504 ");
    assertThat(proxy.tally().of("failure old timeout")).isEqualTo(1);
  }

  @Test
  void anOriginThatStopsInMidAnswerCutsTheConnection() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.between-bytes = 5s");
    origin.answering(r -> "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    WireClient client = wire.connect(proxy).send(GET);
    client.readUntil("\r\n\r\nabc");
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(client.readToEnd()).isEmpty();
    assertThat(proxy.tally().of("failure old timeout")).isEqualTo(1);
  }

  @Test
  void anOriginThatIsSlowButGoesOnIsWaitedFor() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy("timeouts.first-byte = 5s", "timeouts.between-bytes = 5s");
    origin.hold();
    WireClient client = wire.connect(proxy).send(GET);
    await().until(() -> !origin.seen().isEmpty());
    proxy.ticker().advance(Duration.ofSeconds(4));
    origin.release();
    assertThat(client.readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aClientThatTakesNothingIsClosedAfterTheWriteTimeout() throws Exception {
    RunningProxyFixture proxy = wire.proxy("timeouts.write = 10s", "timeouts.between-bytes = 1h");
    String large = "x".repeat(24 * 1024 * 1024);
    origin.answering(r -> RecordingOrigin.ok("", large));
    WireClient stuck = wire.connect(proxy).send(GET);
    stuck.readUntil("\r\n\r\n");
    await().until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).active() == 1);
    await()
        .until(
            () -> {
              proxy.ticker().advance(Duration.ofSeconds(11));
              return proxy.server().connections() == 0;
            });
    assertThat(stuck.readToEnd().length()).isLessThan(large.length());
    await().until(() -> origin.open() == 0);
  }

  @Test
  void aClientThatTakesLittleIsSlowButNotGone() throws Exception {
    Path socket = folder.resolve("in.sock");
    RunningProxyFixture proxy =
        wire.proxy(
            "listen += { address = \"unix:" + socket + "\" }",
            "transport = epoll",
            "timeouts.write = 10s",
            "timeouts.between-bytes = 1h");
    int length = 8 * 1024 * 1024;
    origin.answering(r -> RecordingOrigin.ok("", "x".repeat(length)));
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(socket));
      client.write(ByteBuffer.wrap(GET.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer some = ByteBuffer.allocate(240_000);
      int taken = 0;
      for (int i = 0; i < 8; i++) {
        // More than the kernel holds, so that the proxy must have written meanwhile.
        readFully(client, some);
        taken += some.flip().limit();
        some.clear();
        proxy.ticker().advance(Duration.ofSeconds(8));
        roundTripOnAnotherListener(proxy);
      }
      assertThat(proxy.server().connections()).isEqualTo(1);
      while (taken < length && client.read(some) >= 0) {
        taken += some.flip().limit();
        some.clear();
      }
      assertThat(taken).isGreaterThan(length);
    }
  }

  /** Of WebSockets, say, over which only the client speaks. */
  @Test
  void aTunnelIsNotIdleAsLongAsTheClientSends() throws Exception {
    RawOrigin listens =
        wire.add(
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.send(RawOrigin.SWITCHING);
                  c.read(3);
                  c.send("heard");
                }));
    RunningProxyFixture proxy = wire.proxy();
    proxy.reconfigure(endpoints(Side.OLD, listens.address()));
    WireClient client = wire.connect(proxy).send(WireClient.UPGRADE);
    client.readUntil("\r\n\r\n");
    for (String word : List.of("a", "b")) {
      client.send(word);
      await().until(() -> listens.connections().get(0).received().endsWith(word));
      proxy.ticker().advance(Duration.ofMinutes(40));
      answeredByTheProxy(proxy);
    }
    assertThat(client.send("c").readUntil("heard")).isEqualTo("heard");
  }

  @Test
  void anOriginThatTakesNothingDoesNotKeepATunnelThatIsOver() throws Exception {
    CompletableFuture<Void> over = new CompletableFuture<>();
    RawOrigin deaf =
        wire.add(
            new RawOrigin(
                c -> {
                  if (c.readUntil("\r\n\r\n").startsWith("GET /ws ")) {
                    c.send(RawOrigin.SWITCHING);
                    c.waitFor(over);
                  } else {
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
                  }
                }));
    RunningProxyFixture proxy = wire.proxy();
    proxy.reconfigure(
        endpoints(Side.OLD, deaf.address()),
        "upstreams.old.limits.connections = 1",
        "upstreams.old.limits.waiting-time = 1000h");
    WireClient client = wire.connect(proxy).send(WireClient.UPGRADE);
    client.readUntil("\r\n\r\n");
    untilNothingIsTaken(client);
    WireClient next = wire.connect(proxy).send(GET);
    await().until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).condition().waiting() == 1);
    await()
        .until(
            () -> {
              proxy.ticker().advance(Duration.ofMinutes(61));
              return proxy.upstreams().endpoints(Side.OLD).get(0).condition().waiting() == 0;
            });
    assertThat(next.readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
    over.complete(null);
  }

  private static void untilNothingIsTaken(WireClient client) {
    byte[] much = new byte[64 * 1024];
    AtomicInteger sent = new AtomicInteger();
    Thread sending =
        new Thread(
            () -> {
              try {
                while (true) {
                  client.send(much);
                  sent.incrementAndGet();
                }
              } catch (IOException closed) {
                // As it is in the end.
              }
            });
    sending.setDaemon(true);
    sending.start();
    AtomicInteger before = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
  }

  private static void readFully(SocketChannel from, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (from.read(into) < 0) {
        return;
      }
    }
  }

  /** Waits for a sweep: a connection that is idle for too long is closed by one. */
  private void roundTripOnAnotherListener(RunningProxyFixture proxy) throws Exception {
    try (WireClient idle = WireClient.to(proxy.port())) {
      await().until(() -> proxy.server().connections() == 2);
      idle.send("GET");
    }
    await().until(() -> proxy.server().connections() <= 1);
  }
}
