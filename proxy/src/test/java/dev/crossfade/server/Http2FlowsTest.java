package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.forward.OwnPages;
import dev.crossfade.testing.Http2RawClient;
import dev.crossfade.testing.Http2RawClient.Answer;
import dev.crossfade.testing.ProxyFixture;
import dev.crossfade.testing.RawClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.StrictHttp;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Streams, their windows and their ends, between frames on one side and HTTP/1.1 on the other. */
class Http2FlowsTest {
  private static final int MIB = 1024 * 1024;
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @RegisterExtension static final ProxyFixture proxy = new ProxyFixture();

  private static ConditionFactory await() {
    return Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(10));
  }

  private static Http2RawClient client(RawOrigin origin, byte[]... settings) throws IOException {
    proxy.pointAt(origin);
    return new Http2RawClient(proxy.port()).hello(settings.length == 0 ? new byte[0] : settings[0]);
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Answers each request with its own target. */
  private static final RawOrigin.Script ECHO =
      c -> {
        for (String request = c.readRequest(); request != null; request = c.readRequest()) {
          String target = request.split(" ", 3)[1];
          c.send("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
        }
      };

  // ---- answers ----------------------------------------------------------------------------------

  @Test
  void anAnswerLosesWhatIsOfTheConnectionAndIsInLowerCase() throws Exception {
    String answer =
        "HTTP/1.1 201 Made\r\n"
            + "Server: X\r\n"
            + "Connection: keep-alive, X-Hop\r\n"
            + "Keep-Alive: timeout=5\r\n"
            + "X-Hop: a\r\n"
            + "Upgrade: h3\r\n"
            + "X-Crossfade-Variant: new\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Set-Cookie: A=1\r\n"
            + "Set-Cookie: B=2\r\n"
            + "X-Long: "
            + "y".repeat(600)
            + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(answer));
        Http2RawClient client = client(origin)) {
      Answer got = client.answer(client.get("/"));
      assertThat(got.status()).isEqualTo(201);
      assertThat(got.body()).isEqualTo("hello");
      assertThat(got.fields())
          .contains("server: X", "set-cookie: A=1", "set-cookie: B=2", "x-long: " + "y".repeat(600))
          .anyMatch(f -> f.startsWith("date: "))
          .anyMatch(f -> f.startsWith("set-cookie: crossfade="))
          .noneMatch(
              f ->
                  f.matches(
                      "(?s)(connection|keep-alive|x-hop|upgrade|x-crossfade-.*|transfer-encoding):"
                          + " .*"));
    }
  }

  @Test
  void answersWithoutABodyEndWithTheirHead() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(
                RawOrigin.answering(
                    "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
                    "HTTP/1.1 204 No Content\r\n\r\n",
                    "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        Http2RawClient client = client(origin)) {
      Answer head =
          client.answer(
              client.request(":method: HEAD", ":scheme: http", ":path: /", ":authority: a"));
      assertThat(head.fields()).contains("content-length: 7");
      assertThat(head.length()).isZero();
      assertThat(client.answer(client.get("/")).status()).isEqualTo(204);
      assertThat(client.answer(client.get("/")).status()).isEqualTo(304);
      assertThat(client.answer(client.get("/")).length()).isZero();
      assertThat(origin.connections()).hasSize(1);
    }
  }

  @Test
  void interimAnswersAndTrailersPassThrough() throws Exception {
    String early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    String answer = early + head + "5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-More: y\r\n\r\n";
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  c.readRequest();
                  // Over as many reads as can be.
                  c.sendSlowly(answer);
                  c.readRequest();
                  c.send(answer);
                });
        Http2RawClient client = client(origin)) {
      for (int i = 0; i < 2; i++) {
        Answer got = client.answer(client.get("/"));
        assertThat(got.interims()).containsExactly(103);
        assertThat(got.body()).isEqualTo("hello");
        assertThat(got.trailers()).containsExactly("x-sum: 42", "x-more: y");
      }
    }
  }

  @Test
  void aBodyThatEndsWithTheConnectionEndsTheStream() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  c.readRequest();
                  c.send("HTTP/1.1 200 OK\r\n\r\nall of it");
                });
        Http2RawClient client = client(origin)) {
      Answer got = client.answer(client.get("/"));
      assertThat(got.body()).isEqualTo("all of it");
      assertThat(got.reset()).isEqualTo(-1);
    }
  }

  @Test
  void anOriginThatBreaksInMidAnswerResetsTheStreamAndNoOther() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  String request = c.readRequest();
                  if (request.startsWith("GET /breaks")) {
                    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                    waitFor(goOn);
                  } else {
                    c.send(OK);
                    c.readRequest();
                  }
                });
        Http2RawClient client = client(origin)) {
      int breaks = client.get("/breaks");
      client.await(() -> client.of(breaks).body().equals("hello"));
      goOn.countDown();
      Answer broken = client.answer(breaks);
      assertThat(broken.ended()).isFalse();
      assertThat(broken.reset()).isEqualTo(Http2RawClient.INTERNAL_ERROR);
      assertThat(client.answer(client.get("/")).body()).isEqualTo("ok");
    }
  }

  private static void waitFor(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void chunksThatAreNoneAreNeverACleanEnd() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(
                RawOrigin.answering(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx"));
        Http2RawClient client = client(origin)) {
      assertThat(client.answer(client.get("/")).reset()).isEqualTo(Http2RawClient.INTERNAL_ERROR);
    }
  }

  @Test
  void whatCameBeforeAnAnswerBrokeComesBeforeTheReset() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\nx\r\nx";
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(answer));
        Http2RawClient client = client(origin)) {
      int stream = client.get("/");
      assertThat(client.answer(stream).reset()).isEqualTo(Http2RawClient.INTERNAL_ERROR);
      client.roundTrip();
      assertThat(client.of(stream).body()).startsWith("hello");
    }
  }

  // ---- bodies -----------------------------------------------------------------------------------

  @Test
  void sixteenMebibytesArriveIntactBothWays() throws Exception {
    byte[] body = noise(16 * MIB);
    List<byte[]> received = new ArrayList<>();
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  StrictHttp.Request request = StrictHttp.request(c.readUntil("\r\n\r\n"));
                  byte[] upload = c.readBytes((int) request.contentLength());
                  received.add(upload);
                  c.send("HTTP/1.1 200 OK\r\nContent-Length: " + upload.length + "\r\n\r\n");
                  c.send(latin(upload));
                });
        Http2RawClient client = client(origin)) {
      int stream = client.post("/", "content-length: " + body.length);
      client.data(stream, body, true);
      Answer answer = client.answer(stream);
      assertThat(sha256(answer.bytes())).isEqualTo(sha256(body));
      assertThat(received).containsExactly(body);
    }
  }

  @Test
  void aClientThatOpensNoWindowHoldsUpNoOther() throws Exception {
    String large = latin(noise(4 * MIB));
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  for (String r = c.readRequest(); r != null; r = c.readRequest()) {
                    String body = r.startsWith("GET /large") ? large : "small";
                    c.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                  }
                });
        Http2RawClient client = client(origin).keepsWindowsShut()) {
      client.openWindow(0, 100 * MIB);
      List<Integer> stalled = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        stalled.add(client.get("/large"));
      }
      for (int stream : stalled) {
        client.await(() -> client.of(stream).length() == 65_535);
      }
      for (int i = 0; i < 50; i++) {
        assertThat(client.answer(client.get("/")).body()).isEqualTo("small");
      }
      for (int stream : stalled) {
        assertThat(client.of(stream).length()).isEqualTo(65_535);
        client.openWindow(stream, 8 * MIB);
        assertThat(sha256(client.answer(stream).bytes()))
            .isEqualTo(sha256(large.getBytes(StandardCharsets.ISO_8859_1)));
      }
    }
  }

  /** Sends large bodies, the second one when it may, and counts what is taken of that. */
  private static RawOrigin.Script endless(CountDownLatch begins, AtomicLong second) {
    return c -> {
      String request = c.readRequest();
      if (request == null) {
        return;
      }
      if (request.startsWith("GET /other ")) {
        while (request != null) {
          c.send(OK);
          request = c.readRequest();
        }
        return;
      }
      boolean counts = request.startsWith("GET /second ");
      if (counts) {
        waitFor(begins);
      }
      c.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      String piece = "x".repeat(64 * 1024);
      for (int i = 0; i < 1600; i++) {
        c.send(piece);
        if (counts) {
          second.addAndGet(piece.length());
        }
      }
    };
  }

  private static void rounds(RawClient other, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      other.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n").answer();
    }
  }

  @Test
  void anAnswerThatBeginsWhileTheClientTakesNothingIsNotReadOn() throws Exception {
    AtomicLong taken = new AtomicLong();
    CountDownLatch begins = new CountDownLatch(1);
    try (RawOrigin origin = new RawOrigin(endless(begins, taken));
        Http2RawClient client =
            client(origin, Http2RawClient.setting(4, Integer.MAX_VALUE))
                .openWindow(0, Integer.MAX_VALUE - 65_535);
        RawClient other = new RawClient(proxy.port())) {
      client.get("/second");
      await().until(() -> origin.connections().size() == 1);
      client.get("/first");
      rounds(other, 300);
      begins.countDown();
      rounds(other, 1000);
      // No more than what fits into the kernel's buffers on the way.
      assertThat(taken.get()).isLessThan(24L * MIB);
    }
  }

  @Test
  void aWindowOfAFewBytesAtATimeBringsAllOfIt() throws Exception {
    String body = latin(noise(3000));
    try (RawOrigin origin =
            new RawOrigin(
                RawOrigin.answering(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n"
                        + body
                        + "\r\n0\r\nX: y\r\n\r\n"));
        Http2RawClient client = client(origin, Http2RawClient.setting(4, 7)).keepsWindowsShut()) {
      int stream = client.get("/");
      for (int i = 7; i < 3000; i += 101) {
        int so = i;
        client.await(() -> client.of(stream).length() >= so);
        client.openWindow(stream, 101);
      }
      assertThat(client.answer(stream).body()).isEqualTo(body);
      assertThat(client.of(stream).trailers()).containsExactly("x: y");
    }
  }

  @Test
  void anOriginThatDoesNotReadHoldsUpItsOwnStreamOnly() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    byte[] body = noise(8 * MIB);
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  String head = c.readUntil("\r\n\r\n");
                  if (head.startsWith("POST")) {
                    waitFor(goOn);
                    c.readBytes((int) StrictHttp.request(head).contentLength());
                  }
                  c.send(OK);
                  c.readRequest();
                });
        Http2RawClient client = client(origin)) {
      int stalled = client.post("/", "content-length: " + body.length);
      int sent = 0;
      client.maxStreams();
      // As much as the window lets us, until it stays shut.
      while (client.windowOf(stalled) > 0) {
        int length = (int) Math.min(client.windowOf(stalled), 16 * 1024);
        client.data(stalled, Arrays.copyOfRange(body, sent, sent + length), false);
        sent += length;
        client.roundTrip();
      }
      assertThat(sent).isLessThan(body.length);
      assertThat(client.answer(client.get("/")).body()).isEqualTo("ok");
      goOn.countDown();
      client.data(stalled, Arrays.copyOfRange(body, sent, body.length), true);
      assertThat(client.answer(stalled).body()).isEqualTo("ok");
    }
  }

  @Test
  void manyStreamsAreInterleaved() throws Exception {
    try (RawOrigin origin = new RawOrigin(ECHO);
        Http2RawClient client = client(origin)) {
      List<Integer> streams = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        streams.add(client.get("/" + i));
      }
      for (int i = 99; i >= 0; i--) {
        assertThat(client.answer(streams.get(i)).body()).isEqualTo("/" + i);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(client.answer(client.get("/again" + i)).body()).isEqualTo("/again" + i);
      }
    }
  }

  // ---- early ends -------------------------------------------------------------------------------

  @Test
  void aResetLetsTheOriginGo() throws Exception {
    try (RawOrigin origin = new RawOrigin(c -> c.readToEnd());
        Http2RawClient client = client(origin)) {
      int stream = client.get("/");
      // Before the request is with the origin, the connection is as good as new, and kept.
      await().until(() -> origin.connections().size() == 1);
      await().until(() -> origin.connections().get(0).received().endsWith("\r\n\r\n"));
      assertThat(proxy.leased()).isEqualTo(1);
      client.reset(stream, Http2RawClient.CANCEL);
      await().until(() -> proxy.leased() == 0 && origin.connections().get(0).ended());
      client.roundTrip();
      assertThat(client.goAways()).isEmpty();
    }
  }

  @Test
  void aConnectionThatIsGoneEndsAllItsRequests() throws Exception {
    try (RawOrigin origin = new RawOrigin(c -> c.readToEnd());
        Http2RawClient client = client(origin)) {
      for (int i = 0; i < 5; i++) {
        client.get("/" + i);
      }
      await().until(() -> proxy.leased() == 5);
      client.abort();
      await().until(() -> proxy.leased() == 0 && proxy.clients() == 0);
    }
  }

  @Test
  void anAnswerThatComesEarlyIsTheAnswerAndTheRestIsNotWanted() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.send(OK);
                  c.readToEnd();
                });
        Http2RawClient client = client(origin)) {
      int large = client.post("/", "content-length: " + 100 * MIB);
      assertThat(client.answer(large).body()).isEqualTo("ok");
      client.await(() -> client.of(large).reset() == Http2RawClient.NO_ERROR);
      // What was under way then is ignored (RFC 9113 §5.1).
      client.frame(Http2RawClient.DATA, 0, large, new byte[100]).roundTrip();
      int small = client.post("/");
      assertThat(client.answer(small).body()).isEqualTo("ok");
      client.data(small, "the rest", true).roundTrip();
      assertThat(client.of(small).reset()).isEqualTo(-1);
      assertThat(client.goAways()).isEmpty();
    }
  }

  @Test
  void aBodyBeyondTheLimitIs413() throws Exception {
    proxy.forwarding(
        f ->
            new ForwardSettings(
                f.firstByteTimeout(),
                f.betweenBytesTimeout(),
                f.trustedProxies(),
                f.debugHeaders(),
                10,
                f.retryAfter(),
                OwnPages.NONE));
    try (RawOrigin origin = new RawOrigin(ECHO);
        Http2RawClient client = client(origin)) {
      int said = client.post("/", "content-length: 11");
      assertThat(client.answer(said).status()).isEqualTo(413);
      int unsaid = client.post("/");
      client.data(unsaid, "12345678901", false);
      assertThat(client.answer(unsaid).status()).isEqualTo(413);
      client.await(() -> client.of(unsaid).reset() == Http2RawClient.NO_ERROR);
      int fits = client.post("/fits");
      assertThat(client.data(fits, "1234567890", true).answer(fits).body()).isEqualTo("/fits");
    }
  }

  @Test
  void anExpectationIsPassedOnWithItsAnswer() throws Exception {
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.send("HTTP/1.1 100 Continue\r\n\r\n");
                  c.read(2);
                  c.send(OK);
                });
        Http2RawClient client = client(origin)) {
      int stream = client.post("/", "content-length: 2", "expect: 100-continue");
      client.await(() -> !client.of(stream).interims().isEmpty());
      assertThat(client.data(stream, "hi", true).answer(stream).body()).isEqualTo("ok");
      assertThat(client.of(stream).interims()).containsExactly(100);
    }
  }

  @Test
  void aClientThatClosesItsOutputGetsItsAnswers() throws Exception {
    try (RawOrigin origin = new RawOrigin(ECHO);
        Http2RawClient client = client(origin)) {
      int one = client.get("/1");
      int two = client.get("/2");
      client.closeOutput();
      assertThat(client.answer(one).body()).isEqualTo("/1");
      assertThat(client.answer(two).body()).isEqualTo("/2");
      client.readToEnd();
    }
  }

  // ---- the connection ---------------------------------------------------------------------------

  @Test
  void whoSpeaksHttp1OnTheSamePortIsServed() throws Exception {
    try (RawOrigin origin = new RawOrigin(ECHO)) {
      proxy.pointAt(origin);
      try (RawClient client = new RawClient(proxy.port())) {
        client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answer().body()).isEqualTo("/1");
        // The preface is one only at the very beginning.
        client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(505);
      }
    }
  }

  @Test
  void whatOnlyBeginsLikeAPrefaceIsAnsweredInHttp1() throws Exception {
    for (String end : List.of("XX\r\n\r\n", "SM\r\nX\r\n", "Host: a\r\n\r\n")) {
      try (RawClient client = new RawClient(proxy.port())) {
        client.send("PRI * HTTP/2.0\r\n\r\n" + end);
        assertThat(client.answer().status()).as(end).isEqualTo(505);
      }
    }
  }

  @Test
  void aPrefaceInPiecesIsOne() throws Exception {
    try (RawOrigin origin = new RawOrigin(ECHO)) {
      proxy.pointAt(origin);
      try (Http2RawClient client = new Http2RawClient(proxy.port())) {
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        for (byte b : preface.getBytes(StandardCharsets.ISO_8859_1)) {
          client.send(new byte[] {b});
        }
        client.frame(Http2RawClient.SETTINGS, 0, 0, new byte[0]);
        assertThat(client.answer(client.get("/1")).body()).isEqualTo("/1");
      }
    }
  }

  @Test
  void whatFollowsThePrefaceMustBeSettings() throws Exception {
    try (Http2RawClient client = new Http2RawClient(proxy.port())) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      client.frame(Http2RawClient.PING, 0, 0, new byte[8]).readToEnd();
      assertThat(client.goAways())
          .extracting(Http2RawClient.GoAway::error)
          .containsExactly(Http2RawClient.PROTOCOL_ERROR);
    }
  }

  @Test
  void moreStreamsThanAnnouncedAreRefused() throws Exception {
    try (RawOrigin origin = new RawOrigin(c -> c.readToEnd());
        Http2RawClient client = client(origin)) {
      assertThat(client.maxStreams()).isEqualTo(128);
      int last = 0;
      for (int i = 0; i < 129; i++) {
        last = client.get("/" + i);
      }
      assertThat(client.answer(last).reset()).isEqualTo(Http2RawClient.REFUSED_STREAM);
      await().until(() -> proxy.leased() == 128);
    }
  }

  /** RFC 9113 §5.1, §6.4: a stream that has not begun can't be reset. */
  @Test
  void whatIsWrongOnAStreamThatHasNotBegunIsAnErrorOfTheConnection() throws Exception {
    for (int type : new int[] {Http2RawClient.WINDOW_UPDATE, Http2RawClient.PRIORITY}) {
      try (Http2RawClient client = new Http2RawClient(proxy.port()).hello()) {
        // A window that grows by nothing; a priority of four bytes.
        client.frame(type, 0, 5, new byte[4]).readToEnd();
        assertThat(client.goAways()).hasSize(1);
        assertThat(client.of(5).reset()).isEqualTo(-1);
      }
    }
  }

  @Test
  void floodsEndTheConnection() throws Exception {
    assertCalmed(c -> c.frame(Http2RawClient.PING, 0, 0, new byte[8]), 2000);
    assertCalmed(c -> c.frame(Http2RawClient.SETTINGS, 0, 0, new byte[0]), 2000);
    assertCalmed(c -> c.frame(Http2RawClient.PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 1}), 2000);
    assertCalmed(c -> c.openWindow(0, 1), 2000);
    assertCalmed(c -> c.reset(c.get("/"), Http2RawClient.CANCEL), 400);
    // A request that makes us reset its stream (a window that grows by nothing), again and again.
    assertCalmed(c -> c.openWindow(c.get("/"), 0), 400);
    assertCalmed(c -> c.frame(Http2RawClient.DATA, 0, 1, new byte[0]), 2000, c -> c.post("/"));
    // Bodies that are longer than they say.
    assertCalmed(
        c -> {
          int stream = c.post("/", "content-length: 1");
          c.frame(Http2RawClient.DATA, 0, stream, new byte[2]).roundTrip();
        },
        400);
    // More streams than may be, and what follows them.
    assertCalmed(
        c -> c.frame(Http2RawClient.DATA, 0, c.post("/"), new byte[1]),
        400,
        c -> {
          for (int i = 0; i < 128; i++) {
            c.get("/");
          }
        });
    // Without end on a stream that we have reset.
    assertCalmed(
        c -> c.frame(Http2RawClient.DATA, 0, 1, new byte[0]),
        20_000,
        c -> c.openWindow(c.post("/"), 0));
    assertCalmed(c -> c.frame(Http2RawClient.SETTINGS, Http2RawClient.ACK, 0, new byte[0]), 2000);
  }

  /** Each PING is answered, so that who reads no answers fills memory with them. */
  @Test
  void pingsOfAClientThatDoesNotReadEndTheConnection() throws Exception {
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    for (int i = 0; i < 900; i++) {
      batch.writeBytes(Http2RawClient.frameBytes(Http2RawClient.PING, 0, 0, new byte[8]));
    }
    // So that they don't stand in a row.
    batch.writeBytes(Http2RawClient.frameBytes(Http2RawClient.DATA, 0, 1, new byte[1]));
    try (RawOrigin origin = new RawOrigin(endless(new CountDownLatch(0), new AtomicLong()));
        Http2RawClient client =
            client(origin, Http2RawClient.setting(4, Integer.MAX_VALUE))
                .openWindow(0, Integer.MAX_VALUE - 65_535)
                .keepsWindowsShut();
        RawClient other = new RawClient(proxy.port())) {
      client.post("/other");
      client.get("/first");
      rounds(other, 300);
      for (int i = 0; i < 50; i++) {
        client.send(batch.toByteArray());
      }
      await().until(() -> proxy.leased() == 0);
      client.readToEnd();
      assertThat(client.goAways())
          .extracting(Http2RawClient.GoAway::error)
          .containsExactly(Http2RawClient.ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void whatComesTooLateIsNoNewsForTheLog() {
    // Netty has a line for each frame on a stream that is reset, and clients send as many as they
    // like.
    assertThat(LoggerFactory.getLogger(DefaultHttp2ConnectionDecoder.class).isInfoEnabled())
        .isFalse();
  }

  @Test
  void aHeadInTinyPiecesEndsTheConnection() throws Exception {
    try (RawOrigin origin = new RawOrigin(ECHO);
        Http2RawClient client = client(origin)) {
      client.frame(Http2RawClient.HEADERS, 0, 1, Http2RawClient.fields(":method: GET"));
      try {
        for (int i = 0; i < 50; i++) {
          client.frame(Http2RawClient.CONTINUATION, 0, 1, new byte[0]);
        }
      } catch (IOException e) {
        // It has ended already.
      }
      client.readToEnd();
      assertThat(client.goAways())
          .extracting(Http2RawClient.GoAway::error)
          .containsAnyOf(Http2RawClient.ENHANCE_YOUR_CALM);
    }
  }

  @FunctionalInterface
  private interface Step {
    void take(Http2RawClient client) throws IOException;
  }

  private static void assertCalmed(Step step, int times, Step... before) throws IOException {
    try (RawOrigin origin = new RawOrigin(c -> c.readToEnd());
        Http2RawClient client = client(origin)) {
      for (Step first : before) {
        first.take(client);
      }
      try {
        for (int i = 0; i < times; i++) {
          step.take(client);
        }
      } catch (IOException e) {
        // It has ended already.
      }
      client.readToEnd();
      assertThat(client.goAways())
          .extracting(Http2RawClient.GoAway::error)
          .containsExactly(Http2RawClient.ENHANCE_YOUR_CALM);
    }
    await().until(() -> proxy.clients() == 0 && proxy.leased() == 0);
  }
}
