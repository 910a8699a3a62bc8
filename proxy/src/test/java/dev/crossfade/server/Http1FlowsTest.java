package dev.crossfade.server;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.testing.ProxyFixture;
import dev.crossfade.testing.RawClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.StrictHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What takes more than one message: pipelining, expectations, upgrades, peers that leave. */
class Http1FlowsTest {
  private static final String OK = head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";
  private static final String GET = head("GET / HTTP/1.1", "Host: a");
  private static final String CHUNKED =
      head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");

  @RegisterExtension static final ProxyFixture proxy = new ProxyFixture();

  private static ConditionFactory await() {
    return Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(5));
  }

  // ---- pipelining -------------------------------------------------------------------------------

  /** Answers each request with its own target. */
  private static final RawOrigin.Script ECHO =
      c -> {
        for (String request = c.readRequest(); request != null; request = c.readRequest()) {
          String target = request.split(" ", 3)[1];
          c.send(head("HTTP/1.1 200 OK", "Content-Length: " + target.length()) + target);
        }
      };

  @Test
  void pipelinedRequestsAreAnsweredInOrderBodiesInBetween() throws IOException {
    String post = head("POST /2 HTTP/1.1", "Host: a", "Content-Length: 5") + "hello";
    String chunks =
        head("POST /4 HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "1\r\nx\r\n0\r\n\r\n";
    String all = get("/1") + post + get("/3") + chunks + "\r\n" + get("/5");
    try (RawOrigin origin = new RawOrigin(ECHO);
        RawClient client = client(origin)) {
      client.send(all.repeat(20));
      for (int i = 0; i < 100; i++) {
        assertThat(client.answer().body()).isEqualTo("/" + (i % 5 + 1));
      }
      assertThat(origin.requests()).hasSize(100);
    }
  }

  @Test
  void whoDoesNotReadTheirAnswersIsNotGivenMore() throws IOException {
    String whole = head("HTTP/1.1 200 OK", "Content-Length: 16000") + "x".repeat(16_000);
    AtomicInteger asked = new AtomicInteger();
    RawOrigin.Script script =
        c -> {
          for (String request = c.readRequest(); request != null; request = c.readRequest()) {
            if (request.startsWith("GET /other ")) {
              c.send(OK);
            } else {
              asked.incrementAndGet();
              c.send(whole);
            }
          }
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin);
        RawClient other = new RawClient(proxy.port())) {
      client.send(GET.repeat(2000));
      for (int i = 0; i < 2000; i++) {
        other.send(get("/other")).answer();
      }
      // No more than what fits into the kernel's buffers on the way.
      assertThat(asked.get()).isBetween(1, 1000);
      for (int i = 0; i < 2000; i++) {
        assertThat(client.answer().body()).hasSize(16_000);
      }
    }
  }

  @Test
  void pipelinedRequestsByteForByteAreTheSameRequests() throws IOException {
    String post = head("POST /2 HTTP/1.1", "Host: a", "Content-Length: 5") + "hello";
    try (RawOrigin origin = new RawOrigin(ECHO);
        RawClient client = client(origin)) {
      client.sendSlowly((get("/1") + post + get("/3")).repeat(3));
      for (int i = 0; i < 9; i++) {
        assertThat(client.answer().body()).isEqualTo("/" + (i % 3 + 1));
      }
    }
  }

  @Test
  void aClientThatClosesItsOutputGetsAllItsAnswers() throws IOException {
    try (RawOrigin origin = new RawOrigin(ECHO);
        RawClient client = client(origin)) {
      client.send(get("/1") + get("/2") + get("/3")).closeOutput();
      assertThat(client.answer().body()).isEqualTo("/1");
      assertThat(client.answer().body()).isEqualTo("/2");
      assertThat(client.answer().body()).isEqualTo("/3");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(client.wasReset()).isFalse();
    }
  }

  @Test
  void anIncompleteRequestBehindAnotherEndsNothingButItself() throws IOException {
    try (RawOrigin origin = new RawOrigin(ECHO);
        RawClient client = client(origin)) {
      client.send(get("/1") + "GET /2 HTTP/1.1\r\nHo").closeOutput();
      assertThat(client.answer().body()).isEqualTo("/1");
      client.readToEnd();
      assertThat(origin.requests()).hasSize(1);
    }
  }

  @Test
  void whatStandsBehindAClosingRequestIsNotRead() throws IOException {
    String closing = head("GET /1 HTTP/1.1", "Host: a", "Connection: close");
    try (RawOrigin origin = new RawOrigin(ECHO);
        RawClient client = client(origin)) {
      client.send(closing + get("/2"));
      StrictHttp.Answer answer = client.answer();
      assertThat(answer.body()).isEqualTo("/1");
      assertThat(answer.values("Connection")).containsExactly("close");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(origin.requests()).hasSize(1);
    }
  }

  @Test
  void aMalformedRequestBehindAGoodOneIsAnsweredAfterIt() throws IOException {
    try (RawOrigin origin = new RawOrigin(ECHO);
        RawClient client = client(origin)) {
      client.send(get("/1") + "GET /2 HTTP/1.1\r\n\r\n" + get("/3"));
      assertThat(client.answer().body()).isEqualTo("/1");
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.readToEnd()).isEmpty();
      assertThat(origin.requests()).hasSize(1);
    }
  }

  @Test
  void refusingHeadSendsNoContent() throws IOException {
    try (RawOrigin origin = new RawOrigin(ECHO);
        RawClient client = client(origin)) {
      client.send(head("HEAD / HTTP/1.1", "Host: a", "Host: b"));
      String all = client.readToEnd();
      StrictHttp.Answer answer = StrictHttp.answer(all, "HEAD", true);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.end()).isEqualTo(all.length());
    }
  }

  // ---- expectations and early answers -----------------------------------------------------------

  @Test
  void expectationAnd100ArePassedOn() throws IOException {
    RawOrigin.Script script =
        c -> {
          c.readUntil("\r\n\r\n");
          c.send(head("HTTP/1.1 100 Continue"));
          assertThat(c.read(5)).isEqualTo("hello");
          c.send(OK);
          c.readToEnd();
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      client.send(head("POST / HTTP/1.1", "Host: a", "Expect: 100-Continue", "Content-Length: 5"));
      assertThat(client.answer().status()).isEqualTo(100);
      assertThat(client.send("hello").answer().body()).isEqualTo("ok");
      assertThat(origin.connections().get(0).received()).contains("Expect: 100-Continue\r\n");
    }
  }

  @Test
  void interimAnswersComeAtOnceAndWithTheirFields() throws IOException {
    CompletableFuture<Void> hintsSeen = new CompletableFuture<>();
    RawOrigin.Script script =
        c -> {
          c.readRequest();
          c.send(head("HTTP/1.1 103 Early Hints", "Link: </a>", "Connection: X", "X: y"));
          c.waitFor(hintsSeen);
          c.send(head("HTTP/1.1 102 Processing") + OK);
          c.readToEnd();
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      StrictHttp.Answer hints = client.send(GET).answer();
      hintsSeen.complete(null);
      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.values("Link")).containsExactly("</a>");
      assertThat(hints.fields()).hasSize(1);
      assertThat(client.answer().status()).isEqualTo(102);
      assertThat(client.answer().body()).isEqualTo("ok");
    }
  }

  @Test
  void afterAFinalAnswerInPlaceOf100TheConnectionIsNotReadAsHttpAgain() throws IOException {
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.send(head("HTTP/1.1 403 Forbidden", "Content-Length: 0"));
                  c.readToEnd();
                });
        RawClient client = client(origin)) {
      client.send(
          head("POST / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 100"));
      StrictHttp.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.values("Connection")).containsExactly("close");
      client.send(get("/smuggled"));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void anEarlyAnswerIsPassedOnAndTheRestOfTheBodyDrained() throws IOException {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    RawOrigin.Script script =
        c -> {
          if (c.number() == 0) {
            c.readUntil("hello");
            c.send(head("HTTP/1.1 413 Content Too Large", "Content-Length: 0"));
            c.readToEnd();
            answered.complete(null);
          } else {
            RawOrigin.answering(OK).serve(c);
          }
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      client.send(CHUNKED + "5\r\nhello\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
      answered.orTimeout(5, TimeUnit.SECONDS).join();
      client.send("5\r\nworld\r\n0\r\n\r\n" + GET);
      assertThat(client.answer().body()).isEqualTo("ok");
    }
  }

  @Test
  void anEarlyAnswerOfAnOriginThatClosesArrivesWhileTheBodyStillComes() throws Exception {
    RawOrigin.Script script =
        c -> {
          c.readUntil("\r\n\r\n");
          c.send(head("HTTP/1.1 413 Content Too Large", "Connection: close", "Content-Length: 4"));
          c.send("full");
          // Closes with the body unread, so that writing on meets a reset.
          c.close();
        };
    String block = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
    for (int i = 0; i < 20; i++) {
      try (RawOrigin origin = new RawOrigin(script);
          RawClient client = client(origin)) {
        client.send(CHUNKED);
        Thread sender =
            new Thread(
                () -> {
                  try {
                    for (int j = 0; j < 100; j++) {
                      client.send(block);
                    }
                  } catch (IOException closedMeanwhile) {
                    // It may have been answered and closed.
                  }
                });
        sender.start();
        StrictHttp.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("full");
        client.reset();
        sender.join();
      }
    }
  }

  @Test
  void aResetThatComesWithTheLastBytesBeforeItIsNoticed() throws IOException {
    RawOrigin.Script script =
        c -> {
          c.readRequest();
          c.send("HTTP/1.1 200 O");
          c.reset();
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      for (int i = 0; i < 100; i++) {
        assertThat(client.send(GET).answer().status()).isEqualTo(502);
      }
    }
  }

  @Test
  void aBodyOverTheLimitIs413WhetherAnnouncedOrNot() throws IOException {
    proxy.forwarding(Http1FlowsTest::atMost1000);
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK))) {
      try (RawClient client = client(origin)) {
        client.send(head("POST / HTTP/1.1", "Host: a", "Content-Length: 1001"));
        assertThat(client.answer().status()).isEqualTo(413);
        assertThat(client.readToEnd()).isEmpty();
      }
      try (RawClient client = client(origin)) {
        client.send(CHUNKED + ("64\r\n" + "x".repeat(100) + "\r\n").repeat(20));
        assertThat(client.answer().status()).isEqualTo(413);
        assertThat(client.readToEnd()).isEmpty();
      }
      try (RawClient client = client(origin)) {
        client.send(head("POST / HTTP/1.1", "Host: a", "Content-Length: 1000") + "x".repeat(1000));
        assertThat(client.answer().status()).isEqualTo(200);
      }
      assertThat(origin.requests()).hasSize(1);
    }
  }

  @Test
  void whatAChunkedBodyIsWrappedInDoesNotCountAsBody() throws IOException {
    proxy.forwarding(Http1FlowsTest::atMost1000);
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      client.send(CHUNKED + "1;a=bcdefg\r\nx\r\n".repeat(1000) + "0\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
      client.send(CHUNKED + "1\r\nx\r\n".repeat(1001) + "0\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void anEarlyAnswerEndsTheConnectionWhereTooMuchOfTheBodyIsLeft() throws IOException {
    String full = head("HTTP/1.1 413 Content Too Large", "Content-Length: 4") + "full";
    RawOrigin.Script script =
        c -> {
          c.readUntil("\r\n\r\n");
          c.send(full);
          c.readToEnd();
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      client.send(head("POST / HTTP/1.1", "Host: a", "Content-Length: 9999999"));
      StrictHttp.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.values("Connection")).containsExactly("close");
    }
  }

  @Test
  void aLargeEarlyAnswerArrivesWholeAtAClientThatReadsOnlyBehindItsUpload() throws IOException {
    String body = "a".repeat(2 * 1024 * 1024);
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    RawOrigin.Script script =
        c -> {
          c.readUntil("\r\n\r\n");
          c.send(head("HTTP/1.1 200 OK", "Content-Length: " + body.length()) + body);
          // It reads no more; to close would reset the connection and take the answer with it.
          c.waitFor(arrived);
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      int length = 16 * 1024 * 1024;
      client.send(head("POST / HTTP/1.1", "Host: a", "Content-Length: " + length));
      client.send("z".repeat(length));
      StrictHttp.Answer answer = client.answer();
      arrived.complete(null);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(body);
    }
  }

  @Test
  void trailersThatMustNotBeThereAreTakenOutOfAnAnswer() throws IOException {
    String head =
        head(
            "HTTP/1.1 200 OK", "Trailer: X-One", "Connection: x-hop", "Transfer-Encoding: chunked");
    String body =
        "5\r\nhello\r\n0;a=b\r\n"
            + "Set-Cookie: a=b\r\nX-One: 1\r\ncontent-type: text/html\r\nContent-Length: 7\r\n"
            + "x-crossfade-variant: new\r\nX-Two:\r\nX-Hop: 1\r\nExpires: 0\r\nX-Long: "
            + "y".repeat(1000)
            + "\r\nVary: *\r\n\r\n";
    String passedOn =
        "5\r\nhello\r\n0;a=b\r\nX-One: 1\r\nX-Two:\r\nX-Long: " + "y".repeat(1000) + "\r\n\r\n";
    for (int split = 0; split < body.length(); split += split < 200 ? 1 : 97) {
      int at = split;
      CompletableFuture<Void> first = new CompletableFuture<>();
      RawOrigin.Script script =
          c -> {
            c.readRequest();
            c.send(head + body.substring(0, at));
            c.waitFor(first);
            c.send(body.substring(at));
            c.readRequest();
            c.send(OK);
          };
      try (RawOrigin origin = new RawOrigin(script);
          RawClient client = client(origin)) {
        client.send(GET).await("\r\n\r\n");
        first.complete(null);
        String all = client.await("\r\n\r\n", 2);
        assertThat(all.substring(all.indexOf("\r\n\r\n") + 4)).as("at " + at).isEqualTo(passedOn);
        assertThat(client.answer().body()).isEqualTo("hello");
        assertThat(client.send(GET).answer().body()).isEqualTo("ok");
        assertThat(origin.connections()).hasSize(1);
      }
    }
  }

  @Test
  void optionsThatMustGoNoFurtherAreAnsweredByTheProxy() throws IOException {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      client.send(head("OPTIONS / HTTP/1.1", "Host: a", "Max-Forwards: 0"));
      StrictHttp.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.values("Allow")).hasSize(1);
      assertThat(client.send(GET).answer().body()).isEqualTo("ok");
      assertThat(origin.requests()).hasSize(1);
    }
  }

  @Test
  void anAnswerWithoutDateIsDated() throws IOException {
    String dated =
        head("HTTP/1.1 200 OK", "date: Sun, 01 Nov 2026 01:02:03 GMT", "Content-Length: 0");
    String ofThisHop = dated.replace("Content", "Connection: Date\r\nContent");
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK, ofThisHop, dated));
        RawClient client = client(origin)) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.send(GET).answer().values("Date"))
            .singleElement(as(STRING))
            .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT")
            .isNotEqualTo("Sun, 01 Nov 2026 01:02:03 GMT");
      }
      assertThat(client.send(GET).answer().values("Date"))
          .containsExactly("Sun, 01 Nov 2026 01:02:03 GMT");
    }
  }

  @Test
  void whoAsksForAnotherProtocolSaysWhich() throws IOException {
    String required =
        head("HTTP/1.1 426 Upgrade Required", "Upgrade: HTTP/3.0", "Content-Length: 0");
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(required));
        RawClient client = client(origin)) {
      StrictHttp.Answer answer = client.send(GET).answer();
      assertThat(answer.values("Upgrade")).containsExactly("HTTP/3.0");
      assertThat(answer.values("Connection")).containsExactly("upgrade");
    }
  }

  private static ForwardSettings atMost1000(ForwardSettings f) {
    return new ForwardSettings(
        f.firstByteTimeout(),
        f.betweenBytesTimeout(),
        f.trustedProxies(),
        f.debugHeaders(),
        1000,
        f.retryAfter(),
        f.pages());
  }

  // ---- peers that leave -------------------------------------------------------------------------

  @Test
  void aClientThatResetsReleasesTheOriginAtOnce() throws IOException {
    try (RawOrigin origin =
            new RawOrigin(
                c -> {
                  c.readRequest();
                  c.readToEnd();
                });
        RawClient client = client(origin)) {
      client.send(GET);
      await().until(() -> origin.requests().size() == 1);
      client.reset();
      await().until(() -> origin.connections().get(0).ended());
    }
  }

  @Test
  void aClientThatResetsWithMorePipelinedThanIsReadReleasesTheOrigin() throws IOException {
    try (RawOrigin origin = new RawOrigin(SILENT);
        SocketChannel client = sendUntilNothingIsTaken(origin, GET, GET.repeat(1000))) {
      await().until(() -> origin.requests().size() == 1);
      reset(client);
      await().until(() -> origin.connections().get(0).ended());
    }
  }

  @Test
  void aClientThatResetsWhileTheOriginTakesNothingOfItsBodyReleasesTheOrigin() throws IOException {
    CompletableFuture<Void> over = new CompletableFuture<>();
    RawOrigin.Script takesNothing =
        c -> {
          c.readUntil("\r\n\r\n");
          c.waitFor(over);
        };
    String post = head("POST / HTTP/1.1", "Host: a", "Content-Length: 1000000000");
    try (RawOrigin origin = new RawOrigin(takesNothing);
        SocketChannel client = sendUntilNothingIsTaken(origin, post, "x".repeat(100_000))) {
      assertThat(proxy.leased()).isEqualTo(1);
      reset(client);
      await().until(() -> proxy.leased() == 0);
      over.complete(null);
    }
  }

  @Test
  void aClientThatResetsBehindTheEndOfItsOutputReleasesTheOrigin() throws IOException {
    try (RawOrigin origin = new RawOrigin(SILENT);
        RawClient client = client(origin)) {
      client.send(GET).closeOutput();
      await().until(() -> origin.requests().size() == 1);
      client.reset();
      await().until(() -> origin.connections().get(0).ended());
    }
  }

  /** Takes one request and never answers. */
  private static final RawOrigin.Script SILENT =
      c -> {
        c.readRequest();
        c.readToEnd();
      };

  /** A client that sends until all that lies between it and whoever does not read is full. */
  private static SocketChannel sendUntilNothingIsTaken(RawOrigin origin, String first, String more)
      throws IOException {
    proxy.pointAt(origin);
    SocketChannel client =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
    client.write(ByteBuffer.wrap(first.getBytes(StandardCharsets.ISO_8859_1)));
    client.configureBlocking(false);
    AtomicInteger inVain = new AtomicInteger();
    ByteBuffer bytes = ByteBuffer.wrap(more.getBytes(StandardCharsets.ISO_8859_1));
    await()
        .until(
            () -> {
              inVain.incrementAndGet();
              while (client.write(bytes) > 0) {
                inVain.set(0);
                if (!bytes.hasRemaining()) {
                  bytes.clear();
                }
              }
              return inVain.get() == 50;
            });
    return client;
  }

  private static void reset(SocketChannel client) throws IOException {
    client.setOption(StandardSocketOptions.SO_LINGER, 0);
    client.close();
  }

  @Test
  void aClientThatHasClosedItsOutputGetsItsAnswer() throws IOException {
    String body = "a".repeat(4 * 1024 * 1024);
    String answer = head("HTTP/1.1 200 OK", "Content-Length: " + body.length()) + body;
    for (int i = 0; i < 10; i++) {
      try (RawOrigin origin = new RawOrigin(RawOrigin.answering(answer));
          RawClient client = client(origin)) {
        client.send(head("POST / HTTP/1.1", "Host: a", "Content-Length: 5") + "hello");
        client.closeOutput();
        assertThat(client.answer().body()).isEqualTo(body);
        assertThat(client.readToEnd()).isEmpty();
      }
    }
  }

  @Test
  void aClientThatLeavesInMidBodyLeavesNoWholeRequestBehind() throws IOException {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      client.send(head("POST / HTTP/1.1", "Host: a", "Content-Length: 10") + "hello");
      await().until(() -> !origin.connections().isEmpty());
      await().until(() -> origin.connections().get(0).received().endsWith("hello"));
      client.closeOutput();
      assertThat(client.readToEnd()).doesNotStartWith("HTTP/1.1 200");
      await().until(() -> origin.connections().get(0).ended());
      assertThat(origin.requests()).isEmpty();
    }
  }

  @Test
  void aKeptConnectionThatClosesOnAGetIsReplacedOnce() throws IOException {
    try (RawOrigin origin = new RawOrigin(closesOnSecondRequest());
        RawClient client = client(origin)) {
      assertThat(client.send(get("/1")).answer().body()).isEqualTo("ok");
      assertThat(client.send(get("/2")).answer().body()).isEqualTo("ok");
      assertThat(origin.requests()).hasSize(3);
      assertThat(origin.connections()).hasSize(2);
    }
  }

  /** However often: the budget is kept by fresh connections before it is used up. */
  @Test
  void anOriginThatClosesEachKeptConnectionOnItsSecondRequestCostsNoGet() throws IOException {
    RawOrigin.Script script =
        c -> {
          if (c.readRequest() != null) {
            c.send(OK);
            c.readRequest();
          }
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      for (int i = 0; i < 400; i++) {
        assertThat(client.send(get("/" + i)).answer().status()).as("request " + i).isEqualTo(200);
      }
    }
  }

  @Test
  void aGetIsNotSentAThirdTime() throws IOException {
    RawOrigin.Script script =
        c -> {
          c.readRequest();
          if (c.number() == 0) {
            c.send(OK);
            c.readRequest();
          }
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      assertThat(client.send(get("/1")).answer().status()).isEqualTo(200);
      assertThat(client.send(get("/2")).answer().status()).isEqualTo(502);
      assertThat(origin.requests()).hasSize(3);
    }
  }

  @Test
  void aPostIsNeverSentTwice() throws IOException {
    for (String post :
        List.of(
            head("POST /2 HTTP/1.1", "Host: a", "Content-Length: 5") + "hello",
            head("POST /2 HTTP/1.1", "Host: a", "Content-Length: 0"),
            head("POST /2 HTTP/1.1", "Host: a"),
            head("PATCH /2 HTTP/1.1", "Host: a"),
            head("PUT /2 HTTP/1.1", "Host: a", "Content-Length: 5") + "hello",
            head("GET /2 HTTP/1.1", "Host: a", "Content-Length: 5") + "hello")) {
      try (RawOrigin origin = new RawOrigin(closesOnSecondRequest());
          RawClient client = client(origin)) {
        assertThat(client.send(get("/1")).answer().body()).isEqualTo("ok");
        assertThat(client.send(post).answer().status()).as(post).isEqualTo(502);
        assertThat(origin.requests()).hasSize(2);
      }
    }
  }

  @Test
  void aGetWhoseAnswerHasBegunIsNotSentAgain() throws IOException {
    RawOrigin.Script script =
        c -> {
          c.readRequest();
          c.send(OK);
          c.readRequest();
          c.send("HTTP/1.1 200");
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      assertThat(client.send(get("/1")).answer().status()).isEqualTo(200);
      assertThat(client.send(get("/2")).answer().status()).isEqualTo(502);
      assertThat(origin.requests()).hasSize(2);
    }
  }

  /** The first connection answers once and closes on the next request; all others answer. */
  private static RawOrigin.Script closesOnSecondRequest() {
    return c -> {
      if (c.number() == 0) {
        c.readRequest();
        c.send(OK);
        c.readRequest();
      } else {
        RawOrigin.answering(OK).serve(c);
      }
    };
  }

  @Test
  void whatComesOnAnIdleConnectionIsNoAnswer() throws IOException {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    RawOrigin.Script script =
        c -> {
          c.readRequest();
          c.send(OK);
          if (c.number() == 0) {
            c.waitFor(sent);
            c.send(head("HTTP/1.1 408 Request Timeout", "Content-Length: 0"));
          }
          c.readToEnd();
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      assertThat(client.send(GET).answer().status()).isEqualTo(200);
      sent.complete(null);
      await().until(() -> origin.connections().get(0).ended());
      assertThat(client.send(GET).answer().status()).isEqualTo(200);
      assertThat(origin.connections()).hasSize(2);
    }
  }

  // ---- other protocols --------------------------------------------------------------------------

  private static final String UPGRADE =
      head("GET /ws HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket");
  private static final String SWITCHING =
      head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: WebSocket");

  @Test
  void bytesSentAlongWithTheHandshakeArriveBothWays() throws IOException {
    RawOrigin.Script script =
        c -> {
          c.readUntil("\r\n\r\n");
          c.send(SWITCHING + "from origin");
          c.send(c.read(11) + "!");
          c.readToEnd();
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      client.send(UPGRADE + "from client");
      StrictHttp.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.values("Upgrade")).containsExactly("WebSocket");
      assertThat(answer.values("Connection")).containsExactly("upgrade");
      assertThat(client.read(23)).isEqualTo("from originfrom client!");
    }
  }

  @Test
  void inATunnelEitherSideMayStopFirst() throws IOException {
    RawOrigin.Script script =
        c -> {
          c.readUntil("\r\n\r\n");
          c.send(SWITCHING);
          c.read(5);
          c.readToEnd();
          c.send("behind the client's end");
        };
    try (RawOrigin origin = new RawOrigin(script);
        RawClient client = client(origin)) {
      assertThat(client.send(UPGRADE).answer().status()).isEqualTo(101);
      client.send("hello").closeOutput();
      assertThat(client.readToEnd()).isEqualTo("behind the client's end");
    }
    RawOrigin.Script first =
        c -> {
          c.readUntil("\r\n\r\n");
          c.send(SWITCHING + "bye");
          c.closeOutput();
          assertThat(c.read(5)).isEqualTo("hello");
          c.readToEnd();
        };
    try (RawOrigin origin = new RawOrigin(first);
        RawClient client = client(origin)) {
      assertThat(client.send(UPGRADE).answer().status()).isEqualTo(101);
      assertThat(client.readToEnd()).isEqualTo("bye");
      client.send("hello").closeOutput();
      await().until(() -> origin.connections().get(0).ended());
      assertThat(origin.connections().get(0).received()).endsWith("hello");
    }
  }

  @Test
  void aProtocolThatWasNotAskedForIsNotSwitchedTo() throws IOException {
    for (String other :
        List.of(
            head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: h2c"),
            head("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket"),
            head("HTTP/1.0 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"),
            head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade"))) {
      try (RawOrigin origin = new RawOrigin(RawOrigin.answering(other));
          RawClient client = client(origin)) {
        assertThat(client.send(UPGRADE).answer().status()).isEqualTo(502);
      }
    }
  }

  // ---- forwarded fields -------------------------------------------------------------------------

  private static final String[] SPOOFED = {
    "GET / HTTP/1.1",
    "Host: a",
    "X-Forwarded-For: 1.1.1.1",
    "x_forwarded_for: 2.2.2.2",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: evil",
    "X_Forwarded_Port: 1",
    "Forwarded: for=3.3.3.3",
    "Connection: X-Forwarded-For, X-Forwarded-Proto"
  };

  @Test
  void forwardedFieldsOfAStrangerAreReplaced() throws IOException {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      client.send(head(SPOOFED)).answer();
      assertThat(origin.requests().get(0))
          .isEqualTo(
              head(
                  "GET / HTTP/1.1",
                  "Host: a",
                  "X-Forwarded-For: 127.0.0.1",
                  "X-Forwarded-Proto: http",
                  "X-Forwarded-Port: " + proxy.port(),
                  "X-Forwarded-Host: a"));
    }
  }

  @Test
  void forwardedFieldsOfATrustedProxyAreAddedTo() throws IOException {
    proxy.forwarding(
        f ->
            new ForwardSettings(
                f.firstByteTimeout(),
                f.betweenBytesTimeout(),
                List.of("127.0.0.0/8"),
                f.debugHeaders(),
                0,
                f.retryAfter(),
                f.pages()));
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      client.send(head(SPOOFED)).answer();
      StrictHttp.Request request = StrictHttp.request(origin.requests().get(0));
      assertThat(request.values("X-Forwarded-For")).containsExactly("1.1.1.1, 2.2.2.2, 127.0.0.1");
      assertThat(request.values("X-Forwarded-Proto")).containsExactly("https");
      assertThat(request.values("X-Forwarded-Host")).containsExactly("evil");
      assertThat(request.values("Forwarded")).containsExactly("for=3.3.3.3");
    }
  }

  private static String get(String target) {
    return head("GET " + target + " HTTP/1.1", "Host: a");
  }

  private static RawClient client(RawOrigin origin) throws IOException {
    proxy.pointAt(origin);
    return new RawClient(proxy.port());
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }
}
