package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.ProxyFixture;
import dev.crossfade.testing.RawClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.StrictHttp;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers as raw bytes from the origin, and what the client sees of them. */
class Http1AnswerCasesTest {
  private static final String GET = head("GET / HTTP/1.1", "Host: a");
  private static final String HEAD = head("HEAD / HTTP/1.1", "Host: a");
  private static final String AFTER = head("GET /after HTTP/1.1", "Host: a");
  private static final String EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

  @RegisterExtension static final ProxyFixture proxy = new ProxyFixture();

  /** What the origin does behind its answer. */
  enum Then {
    STAY,
    CLOSE,
    RESET
  }

  /** What the client is to see. */
  enum Seen {
    /** The answer, and the connection goes on. */
    WHOLE,
    /** The answer, and the connection ends. */
    WHOLE_AND_CLOSED,
    /** 502 from the proxy. */
    BAD_GATEWAY,
    /** The beginning of the answer, and an end that no client takes for a good one. */
    CUT_OFF,
    /** By whether anything was passed on before the fault came. */
    REFUSED_OR_CUT_OFF
  }

  record Case(
      String name, String request, String answer, Then then, Seen seen, int status, String body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case whole(String name, String request, String answer, int status, String body) {
    return new Case(name, request, answer, Then.STAY, Seen.WHOLE, status, body);
  }

  private static Case wholeThen(Then then, String name, String answer, int status, String body) {
    return new Case(name, GET, answer, then, Seen.WHOLE, status, body);
  }

  private static Case refused(String name, String answer) {
    return new Case(name, GET, answer, Then.STAY, Seen.BAD_GATEWAY, 502, "");
  }

  private static Case refusedOrCutOff(String name, Then then, String answer) {
    String request = head("GET /x HTTP/1.1", "Host: a.example", "Connection: close");
    return new Case(name, request, answer, then, Seen.REFUSED_OR_CUT_OFF, 0, "");
  }

  private static Case cutOff(String name, Then then, String answer) {
    return new Case(name, GET, answer, then, Seen.CUT_OFF, 0, "");
  }

  static Stream<Case> cases() {
    String chunked = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
    String length5 = head("HTTP/1.1 200 OK", "Content-Length: 5");
    String old = head("GET / HTTP/1.0");
    String oldKept = head("GET / HTTP/1.0", "Connection: keep-alive");
    return Stream.of(
        // RFC 9112 §4: the status line
        whole("plain", GET, length5 + "hello", 200, "hello"),
        whole("empty", GET, head("HTTP/1.1 200 OK", "Content-Length: 0"), 200, ""),
        whole("no reason", GET, head("HTTP/1.1 200 ", "Content-Length: 5") + "hello", 200, "hello"),
        whole(
            "no reason, no blank",
            GET,
            head("HTTP/1.1 200", "Content-Length: 5") + "hello",
            200,
            "hello"),
        whole(
            "reason beyond ASCII",
            GET,
            head("HTTP/1.1 200 \u00e9\t!", "Content-Length: 0"),
            200,
            ""),
        whole("an unknown status", GET, head("HTTP/1.1 299 What", "Content-Length: 0"), 299, ""),
        refused("garbage", "garbage\r\n\r\n"),
        refused("nothing behind the version", "HTTP/1.1\r\n\r\n"),
        refused("no status", "HTTP/1.1 \r\n\r\n"),
        refused("half a status", "HTTP/1.1 20\r\n\r\n"),
        whole(
            "a later minor version",
            GET,
            head("HTTP/1.3 200 OK", "Content-Length: 5") + "hello",
            200,
            "hello"),
        refused("garbage with the name of HTTP", "HTTP/1.1 OK\r\n\r\n"),
        refused("HTTP/0.9", "<html>hello</html>"),
        refused("HTTP/2.0", head("HTTP/2.0 200 OK", "Content-Length: 0")),
        refused("ICY", head("ICY 200 OK", "Content-Length: 0")),
        refused("status of two digits", head("HTTP/1.1 20 OK", "Content-Length: 0")),
        refused("status of four digits", head("HTTP/1.1 2000 OK", "Content-Length: 0")),
        refused("status below 100", head("HTTP/1.1 099 OK", "Content-Length: 0")),
        refused("status with a letter", head("HTTP/1.1 2x0 OK", "Content-Length: 0")),
        refused("status with minus", head("HTTP/1.1 -20 OK", "Content-Length: 0")),
        refused("two blanks", head("HTTP/1.1  200 OK", "Content-Length: 0")),
        refused("NUL in the reason", head("HTTP/1.1 200 O\0K", "Content-Length: 0")),
        refused("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
        refused("bare CR in the reason", head("HTTP/1.1 200 O\rK", "Content-Length: 0")),
        refused("an empty line before", "\r\n" + length5 + "hello"),
        // RFC 9112 §5
        refused("blank before the colon", head("HTTP/1.1 200 OK", "Content-Length : 5") + "hello"),
        refused("folded", head("HTTP/1.1 200 OK", "X: a", " b", "Content-Length: 0")),
        refused("NUL in a value", head("HTTP/1.1 200 OK", "X: a\0", "Content-Length: 0")),
        refused(
            "bare CR in a value",
            head("HTTP/1.1 200 OK", "X: a\rSet-Cookie: x", "Content-Length: 0")),
        refused("no colon", head("HTTP/1.1 200 OK", "X", "Content-Length: 0")),
        refused(
            "a head without end",
            "HTTP/1.1 200 OK\r\n" + ("X: " + "x".repeat(1000) + "\r\n").repeat(80)),
        refused("fields without end", "HTTP/1.1 200 OK\r\n" + "X: x\r\n".repeat(300) + "\r\n"),
        new Case(
            "a truncated head",
            GET,
            "HTTP/1.1 200 OK\r\nContent-Le",
            Then.CLOSE,
            Seen.BAD_GATEWAY,
            502,
            ""),
        new Case(
            "a truncated status line", GET, "HTTP/1.1 20", Then.CLOSE, Seen.BAD_GATEWAY, 502, ""),
        new Case(
            "a reset in the head",
            GET,
            "HTTP/1.1 200 OK\r\nContent-Le",
            Then.RESET,
            Seen.BAD_GATEWAY,
            502,
            ""),
        new Case("nothing at all", GET, "", Then.CLOSE, Seen.BAD_GATEWAY, 502, ""),
        new Case("a reset at once", GET, "", Then.RESET, Seen.BAD_GATEWAY, 502, ""),
        // RFC 9112 §6.3
        refused(
            "both framings",
            head("HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked")
                + "0\r\n\r\n"),
        refused(
            "lengths that differ",
            head("HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6") + "hello!"),
        refused("a list of lengths", head("HTTP/1.1 200 OK", "Content-Length: 5, 6") + "hello!"),
        refused("negative length", head("HTTP/1.1 200 OK", "Content-Length: -5") + "hello"),
        refused("length with plus", head("HTTP/1.1 200 OK", "Content-Length: +5") + "hello"),
        refused("length in words", head("HTTP/1.1 200 OK", "Content-Length: five") + "hello"),
        refused("empty length", head("HTTP/1.1 200 OK", "Content-Length:") + "hello"),
        refused(
            "huge length",
            head("HTTP/1.1 200 OK", "Content-Length: 99999999999999999999") + "hello"),
        refused("an unknown coding", head("HTTP/1.1 200 OK", "Transfer-Encoding: gzip") + "hello"),
        refused(
            "chunked twice",
            head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked, chunked") + "0\r\n\r\n"),
        refused(
            "chunked in 1.0", head("HTTP/1.0 200 OK", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
        whole("chunks", GET, chunked + "5\r\nhello\r\n0\r\n\r\n", 200, "hello"),
        whole(
            "chunks with extensions and trailers",
            GET,
            chunked + "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
            200,
            "hello"),
        wholeThen(Then.CLOSE, "until close", head("HTTP/1.1 200 OK") + "hello", 200, "hello"),
        wholeThen(Then.CLOSE, "until close, empty", head("HTTP/1.1 200 OK"), 200, ""),
        wholeThen(Then.CLOSE, "1.0 until close", head("HTTP/1.0 200 OK") + "hello", 200, "hello"),
        whole(
            "1.0 by length",
            GET,
            head("HTTP/1.0 200 OK", "Content-Length: 5") + "hello",
            200,
            "hello"),
        wholeThen(
            Then.CLOSE,
            "closing",
            head("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 5") + "hello",
            200,
            "hello"),
        wholeThen(Then.CLOSE, "closing without a word", length5 + "hello", 200, "hello"),
        wholeThen(
            Then.STAY,
            "closing announced, not done",
            head("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 5") + "hello",
            200,
            "hello"),
        // RFC 9110 §6.4.1: no content whatever the fields say
        whole("204", GET, head("HTTP/1.1 204 No Content"), 204, ""),
        whole(
            "204 with a length",
            GET,
            head("HTTP/1.1 204 No Content", "Content-Length: 5") + "hello",
            204,
            ""),
        whole(
            "204 with chunks",
            GET,
            head("HTTP/1.1 204 No Content", "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n0\r\n\r\n",
            204,
            ""),
        whole(
            "304 with a length",
            GET,
            head("HTTP/1.1 304 Not Modified", "Content-Length: 5"),
            304,
            ""),
        whole(
            "304 with a body",
            GET,
            head("HTTP/1.1 304 Not Modified", "Content-Length: 5") + "hello",
            304,
            ""),
        whole("HEAD", HEAD, length5, 200, ""),
        whole("HEAD with a body", HEAD, length5 + "hello", 200, ""),
        whole("HEAD with chunks", HEAD, chunked + "5\r\nhello\r\n0\r\n\r\n", 200, ""),
        whole("HEAD without a length", HEAD, head("HTTP/1.1 200 OK"), 200, ""),
        // More than was asked
        whole("a second answer", GET, length5 + "hello" + EVIL, 200, "hello"),
        whole(
            "a second answer behind chunks",
            GET,
            chunked + "5\r\nhello\r\n0\r\n\r\n" + EVIL,
            200,
            "hello"),
        whole("a second answer behind 204", GET, head("HTTP/1.1 204 No Content") + EVIL, 204, ""),
        whole("a second answer behind 304", GET, head("HTTP/1.1 304 Not Modified") + EVIL, 304, ""),
        whole("a second answer behind HEAD", HEAD, length5 + EVIL, 200, ""),
        whole(
            "a second answer behind length 0",
            GET,
            head("HTTP/1.1 200 OK", "Content-Length: 0") + EVIL,
            200,
            ""),
        whole("more than the length", GET, length5 + "hello, world", 200, "hello"),
        // Less than was said
        cutOff("length, closed", Then.CLOSE, length5 + "hel"),
        cutOff("length, reset", Then.RESET, length5 + "hel"),
        cutOff("length, nothing came", Then.CLOSE, length5),
        cutOff("chunks, closed in a chunk", Then.CLOSE, chunked + "5\r\nhel"),
        cutOff("chunks, closed behind a chunk", Then.CLOSE, chunked + "5\r\nhello\r\n"),
        cutOff("chunks, closed in the last line", Then.CLOSE, chunked + "5\r\nhello\r\n0\r\n"),
        cutOff(
            "chunks, closed in the trailers", Then.CLOSE, chunked + "5\r\nhello\r\n0\r\nX: y\r\n"),
        cutOff("chunks, reset", Then.RESET, chunked + "5\r\nhello\r\n"),
        whole(
            "many chunks with extensions",
            GET,
            chunked + ("40;name=value\r\n" + "x".repeat(64) + "\r\n").repeat(2000) + "0\r\n\r\n",
            200,
            "x".repeat(64 * 2000)),
        whole(
            "tiny chunks with extensions",
            GET,
            chunked + "1;a=b\r\nx\r\n".repeat(6000) + "0\r\n\r\n",
            200,
            "x".repeat(6000)),
        refusedOrCutOff("bad chunk size", Then.STAY, chunked + "5\r\nhello\r\nzz\r\n"),
        refusedOrCutOff("chunk size with bare LF", Then.STAY, chunked + "5\nhello\r\n0\r\n\r\n"),
        refusedOrCutOff(
            "an extension with an open quote",
            Then.STAY,
            chunked + "5;a=\"b\r\nhello\r\n0\r\n\r\n"),
        refusedOrCutOff("chunk longer than said", Then.STAY, chunked + "3\r\nhello\r\n0\r\n\r\n"),
        whole(
            "a trailer that must not be one",
            GET,
            chunked + "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
            200,
            "hello"),
        whole(
            "a second answer behind trailers",
            GET,
            chunked + "5\r\nhello\r\n0\r\nX: y\r\n\r\n" + EVIL,
            200,
            "hello"),
        refusedOrCutOff(
            "a malformed trailer", Then.STAY, chunked + "5\r\nhello\r\n0\r\nX: y\r\nfoo\r\n\r\n"),
        cutOff("until close, reset", Then.RESET, head("HTTP/1.1 200 OK") + "hello"),
        // HTTP/1.0 clients
        new Case(
            "length to 1.0",
            old,
            length5 + "hello",
            Then.STAY,
            Seen.WHOLE_AND_CLOSED,
            200,
            "hello"),
        new Case(
            "chunks to 1.0",
            old,
            chunked + "3\r\nhel\r\n2;x\r\nlo\r\n0\r\nX: y\r\n\r\n",
            Then.STAY,
            Seen.WHOLE_AND_CLOSED,
            200,
            "hello"),
        new Case(
            "chunks to 1.0 that would go on",
            oldKept,
            chunked + "5\r\nhello\r\n0\r\n\r\n",
            Then.STAY,
            Seen.WHOLE_AND_CLOSED,
            200,
            "hello"),
        new Case(
            "until close to 1.0",
            oldKept,
            head("HTTP/1.0 200 OK") + "hello",
            Then.CLOSE,
            Seen.WHOLE_AND_CLOSED,
            200,
            "hello"),
        whole("length to 1.0 that goes on", oldKept, length5 + "hello", 200, "hello"),
        new Case(
            "cut chunks to 1.0", old, chunked + "5\r\nhello\r\n", Then.CLOSE, Seen.CUT_OFF, 0, ""),
        new Case(
            "bad chunks to 1.0",
            old,
            chunked + "5\r\nhello\r\nzz",
            Then.STAY,
            Seen.REFUSED_OR_CUT_OFF,
            0,
            ""),
        new Case("cut length to 1.0", old, length5 + "hel", Then.CLOSE, Seen.CUT_OFF, 0, ""),
        new Case(
            "reset until close to 1.0",
            old,
            head("HTTP/1.0 200 OK") + "hello",
            Then.RESET,
            Seen.CUT_OFF,
            0,
            ""),
        // RFC 9110 §15.2
        whole(
            "100 to 1.0", oldKept, head("HTTP/1.1 100 Continue") + length5 + "hello", 200, "hello"),
        refused(
            "101 unasked",
            head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket")),
        refused(
            "interim answers without end",
            head("HTTP/1.1 103 Early Hints", "Link: </a>").repeat(500)),
        refused(
            "an interim answer with a body",
            head("HTTP/1.1 103 Early Hints", "Content-Length: 5") + "hello" + length5 + "hello"),
        new Case(
            "interim and no more",
            GET,
            head("HTTP/1.1 103 Early Hints"),
            Then.CLOSE,
            Seen.BAD_GATEWAY,
            502,
            ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void clientSeesWhatIsMeant(Case test) throws IOException {
    check(test, RawOrigin.Connection::send);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void clientSeesTheSameByteForByte(Case test) throws IOException {
    if (test.answer().length() < 1000) {
      check(test, RawOrigin.Connection::sendSlowly);
    }
  }

  private interface Sending {
    void send(RawOrigin.Connection connection, String text) throws IOException;
  }

  private static void check(Case test, Sending sending) throws IOException {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> sent = new CompletableFuture<>();
    RawOrigin.Script script =
        c -> {
          String request = c.readRequest();
          while (request != null) {
            if (request.contains("/after")) {
              c.send(head("HTTP/1.1 200 OK", "Content-Length: 5") + "after");
            } else {
              answer(test, sending, c, begun, sent);
            }
            request = c.readRequest();
          }
        };
    try (RawOrigin origin = new RawOrigin(script)) {
      proxy.pointAt(origin);
      try (RawClient client = new RawClient(proxy.port())) {
        client.send(test.request());
        see(test, client, begun, sent);
      }
    }
  }

  private static void answer(
      Case test,
      Sending sending,
      RawOrigin.Connection c,
      CompletableFuture<Void> begun,
      CompletableFuture<Void> sent)
      throws IOException {
    try {
      sending.send(c, test.answer());
    } catch (IOException closedMeanwhile) {
      return;
    } finally {
      sent.complete(null);
    }
    if (test.then() == Then.CLOSE) {
      c.close();
    } else if (test.then() == Then.RESET) {
      if (test.seen() == Seen.CUT_OFF) {
        // A reset may overtake what was sent before it.
        c.waitFor(begun);
      }
      c.reset();
    }
  }

  private static void see(
      Case test, RawClient client, CompletableFuture<Void> begun, CompletableFuture<Void> sent)
      throws IOException {
    String method = test.request().startsWith("HEAD") ? "HEAD" : "GET";
    switch (test.seen()) {
      case WHOLE, WHOLE_AND_CLOSED -> {
        StrictHttp.Answer answer = client.answer(method);
        while (answer.status() < 200) {
          answer = client.answer(method);
        }
        assertThat(answer.status()).isEqualTo(test.status());
        assertThat(answer.body()).isEqualTo(test.body());
        assertThat(answer.fields()).noneMatch(f -> f.name().startsWith("X-Crossfade"));
        if (test.seen() == Seen.WHOLE) {
          assertThat(answer.values("Connection")).doesNotContain("close");
          // What is sent only once the next request is under way, nobody can tell from its answer.
          sent.orTimeout(15, TimeUnit.SECONDS).join();
          assertThat(client.send(AFTER).answer().body()).isEqualTo("after");
        } else {
          assertThat(answer.values("Connection")).containsExactly("close");
          assertThat(client.readToEnd()).isEmpty();
          assertThat(client.wasReset()).isFalse();
        }
      }
      case BAD_GATEWAY -> {
        StrictHttp.Answer answer = client.answer(method);
        while (answer.status() < 200) {
          answer = client.answer(method);
        }
        assertThat(answer.status()).isEqualTo(502);
        assertThat(client.send(AFTER).answer().body()).isEqualTo("after");
      }
      case REFUSED_OR_CUT_OFF -> {
        client.await("\r\n\r\n");
        begun.complete(null);
        String all = client.readToEnd();
        StrictHttp.Answer answer = StrictHttp.answer(all, method, !client.wasReset());
        if (answer.status() == 502) {
          assertThat(answer.end()).as(all).isPositive();
        } else {
          assertThat(answer.end()).as(all).isLessThanOrEqualTo(0);
        }
      }
      case CUT_OFF -> {
        client.await("\r\n\r\n");
        begun.complete(null);
        String all = client.readToEnd();
        StrictHttp.Answer answer = StrictHttp.answer(all, method, !client.wasReset());
        assertThat(answer.end()).as(all).isLessThanOrEqualTo(0);
      }
    }
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }
}
