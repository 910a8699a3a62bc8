package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Http2RawClient;
import dev.crossfade.testing.Http2RawClient.Answer;
import dev.crossfade.testing.ProxyFixture;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.StrictHttp;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9113 §8, field by field: what is refused, and what an origin sees of the rest. */
class Http2RequestCasesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String[] GET = {
    ":method: GET", ":scheme: http", ":path: /", ":authority: a.example"
  };

  @RegisterExtension static final ProxyFixture proxy = new ProxyFixture();

  private static String[] get(String... more) {
    return Stream.concat(Arrays.stream(GET), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Arguments refused(int status, String why, String... lines) {
    return Arguments.of(status, why, lines);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(400, "no :method", ":scheme: http", ":path: /", ":authority: a"),
        refused(400, "no :scheme", ":method: GET", ":path: /", ":authority: a"),
        refused(400, "no :path", ":method: GET", ":scheme: http", ":authority: a"),
        refused(400, "no pseudo fields", "host: a"),
        refused(400, "empty :path", ":method: GET", ":scheme: http", ":path: ", ":authority: a"),
        refused(400, ":path twice", get(":path: /other")),
        refused(400, ":method twice", get(":method: POST")),
        refused(400, "unknown pseudo field", get(":query: x")),
        refused(400, "an answer's pseudo field", get(":status: 200")),
        refused(400, ":protocol, which was not offered", get(":protocol: websocket")),
        refused(
            400,
            "a pseudo field behind others",
            ":method: GET",
            ":scheme: http",
            "accept: */*",
            ":path: /",
            ":authority: a"),
        refused(400, "another scheme", ":method: GET", ":scheme: ftp", ":path: /", ":authority: a"),
        refused(400, "method is no token", ":method: G T", ":scheme: http", ":path: /", "host: a"),
        refused(400, "empty method", ":method: ", ":scheme: http", ":path: /", "host: a"),
        refused(
            400, ":path of another form", ":method: GET", ":scheme: http", ":path: a/b", "host: a"),
        refused(
            400, "absolute :path", ":method: GET", ":scheme: http", ":path: http://b/", "host: a"),
        refused(400, "* without OPTIONS", ":method: GET", ":scheme: http", ":path: *", "host: a"),
        refused(
            400,
            "a blank in :path",
            ":method: GET",
            ":scheme: http",
            ":path: /a b",
            ":authority: a"),
        refused(
            400,
            "a request in :path",
            ":method: GET",
            ":scheme: http",
            ":path: / HTTP/1.1\r\nhost: b\r\n\r\nGET /",
            ":authority: a"),
        refused(
            400,
            "a fragment in :path",
            ":method: GET",
            ":scheme: http",
            ":path: /#a",
            ":authority: a"),
        refused(400, "no authority", ":method: GET", ":scheme: http", ":path: /"),
        refused(
            400,
            "user information",
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: me@a"),
        refused(
            400, "empty authority", ":method: GET", ":scheme: http", ":path: /", ":authority: "),
        refused(400, "Host of another", get("host: b.example")),
        refused(
            400, "two Hosts", ":method: GET", ":scheme: http", ":path: /", "host: a", "host: a"),
        refused(400, "upper case", get("Accept: */*")),
        refused(400, "a name with a blank", get("acc ept: */*")),
        refused(400, "a name with a line end", get("x\r\ny: z")),
        refused(400, "an empty name", get(": x")),
        refused(400, "CR in a value", get("x: a\rb")),
        refused(400, "LF in a value", get("x: a\nb: c")),
        refused(400, "NUL in a value", get("x: a\0b")),
        refused(400, "a control character in a value", get("x: a\u0001b")),
        refused(400, "a value that begins with a blank", get("x:  a")),
        refused(400, "a value that ends with a tab", get("x: a\t")),
        refused(400, "connection", get("connection: close")),
        refused(400, "keep-alive", get("keep-alive: timeout=5")),
        refused(400, "proxy-connection", get("proxy-connection: keep-alive")),
        refused(400, "transfer-encoding", get("transfer-encoding: chunked")),
        refused(400, "upgrade", get("upgrade: websocket")),
        refused(400, "te other than trailers", get("te: gzip")),
        refused(400, "a length without a body", get("content-length: 5")),
        refused(400, "two lengths", get("content-length: 0", "content-length: 0")),
        refused(400, "a length that is none", get("content-length: +0")),
        refused(417, "another expectation", get("expect: tea")),
        refused(405, "TRACE", ":method: TRACE", ":scheme: http", ":path: /", ":authority: a"),
        refused(405, "CONNECT", ":method: CONNECT", ":authority: a:443"),
        refused(
            400,
            "CONNECT with a path",
            ":method: CONNECT",
            ":scheme: http",
            ":path: /",
            ":authority: a:443"),
        refused(400, "CONNECT without an authority", ":method: CONNECT"),
        refused(
            414,
            "a long path",
            ":method: GET",
            ":scheme: http",
            ":path: /" + "a".repeat(9000),
            ":authority: a"),
        refused(431, "a large head", get("x: " + "a".repeat(33_000))),
        refused(
            431,
            "large cookies",
            get("cookie: " + "a".repeat(20_000), "cookie: " + "b".repeat(20_000))),
        refused(431, "many fields", get("x: y\n".repeat(101).split("\n"))),
        refused(
            400,
            "a bad method before a large field",
            ":method: G T",
            ":scheme: http",
            ":path: /",
            ":authority: a",
            "x: " + "a".repeat(33_000)),
        refused(
            400,
            "no :path before large cookies",
            ":method: GET",
            ":scheme: http",
            ":authority: a",
            "cookie: " + "a".repeat(33_000)),
        refused(
            400,
            "a bad :authority before a large field",
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: me@a",
            "x: " + "a".repeat(33_000)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("refused")
  void refusedRequestsNeverReachAnOrigin(int status, String why, String[] lines) throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      int stream = client.request(lines);
      Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.fields()).contains("content-type: application/problem+json");
      // The connection and its other requests go on.
      assertThat(client.answer(client.request(GET)).body()).isEqualTo("ok");
      // RFC 9113 §8.1.1: what is malformed is a stream error, too.
      assertThat(answer.reset()).isEqualTo(status == 400 ? Http2RawClient.PROTOCOL_ERROR : -1);
      assertThat(origin.requests()).hasSize(1);
      assertThat(client.goAways()).isEmpty();
    }
  }

  @Test
  void theOriginGetsAnHttp1RequestWithTheSameMeaning() throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      int stream =
          client.request(
              ":path: /a?b=c",
              ":authority: A.example:8080",
              ":method: GET",
              ":scheme: https",
              "cookie: a=1",
              "accept: text/html",
              "te: trailers",
              "cookie: b=2; c=3",
              "host: a.EXAMPLE:8080",
              "x-empty: ",
              "cookie: d=4");
      assertThat(client.answer(stream).body()).isEqualTo("ok");
      String text = origin.requests().get(0);
      assertThat(text).startsWith("GET /a?b=c HTTP/1.1\r\n");
      StrictHttp.Request request = StrictHttp.request(text);
      assertThat(request.values("Host")).containsExactly("A.example:8080");
      assertThat(request.values("Cookie")).containsExactly("a=1; b=2; c=3; d=4");
      assertThat(request.values("X-Empty")).containsExactly("");
      assertThat(request.values("TE")).isEmpty();
      assertThat(request.values("Connection")).isEmpty();
      assertThat(request.values("Transfer-Encoding")).isEmpty();
      assertThat(request.values("Content-Length")).isEmpty();
      assertThat(request.values("X-Forwarded-Proto")).containsExactly("http");
      assertThat(request.values("X-Forwarded-For")).containsExactly("127.0.0.1");
    }
  }

  @Test
  void hostServesWhereThereIsNoAuthority() throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      client.answer(client.request(":method: OPTIONS", ":scheme: http", ":path: *", "host: b"));
      assertThat(origin.requests().get(0)).startsWith("OPTIONS * HTTP/1.1\r\n");
      assertThat(StrictHttp.request(origin.requests().get(0)).values("Host")).containsExactly("b");
    }
  }

  @Test
  void aPostWithoutABodySaysSo() throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      client.answer(client.request(":method: POST", ":scheme: http", ":path: /", ":authority: a"));
      assertThat(StrictHttp.request(origin.requests().get(0)).values("Content-Length"))
          .containsExactly("0");
    }
  }

  @Test
  void aBodyOfKnownLengthGoesOnWithItAndOthersInChunks() throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      int known = client.post("/", "content-length: 5");
      client.data(known, "hel", false).data(known, "lo", true).answer(known);
      int unknown = client.post("/");
      client.data(unknown, "hel", false).data(unknown, "", false).data(unknown, "lo", true);
      client.answer(unknown);
      int empty = client.post("/");
      client.data(empty, "", true).answer(empty);
      assertThat(origin.requests().get(0)).contains("content-length: 5\r\n").endsWith("\r\nhello");
      assertThat(StrictHttp.request(origin.requests().get(1)).chunked()).isTrue();
      assertThat(origin.requests().get(1)).endsWith("\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
      assertThat(origin.requests().get(2)).endsWith("\r\n\r\n0\r\n\r\n");
    }
  }

  @Test
  void chunksOfAllSizesSayHowLargeTheyAre() throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      StringBuilder body = new StringBuilder();
      int stream = client.post("/");
      for (int size : List.of(1, 9, 10, 15, 16, 17, 255, 256, 4095, 4096, 4097, 16_384)) {
        client.data(stream, "x".repeat(size), false);
        body.append("x".repeat(size));
      }
      client.data(stream, "", true).answer(stream);
      String request = origin.requests().get(0);
      String chunks = request.substring(request.indexOf("\r\n\r\n") + 4);
      assertThat(StrictHttp.chunks(chunks).data()).isEqualTo(body.toString());
    }
  }

  @Test
  void trailersOfARequestStandBehindItsLastChunk() throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      int stream = client.post("/");
      client.data(stream, "hello", false);
      client.trailers(stream, "x-sum: 42", "x-more: y");
      assertThat(client.answer(stream).status()).isEqualTo(200);
      assertThat(origin.requests().get(0))
          .endsWith("\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 42\r\nx-more: y\r\n\r\n");
    }
  }

  @ParameterizedTest
  @MethodSource
  void badTrailersAreRefused(String line) throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      int stream = client.post("/");
      client.data(stream, "hello", false);
      client.trailers(stream, line);
      Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(400);
      client.await(() -> answer.reset() == Http2RawClient.PROTOCOL_ERROR);
      assertThat(origin.requests()).isEmpty();
    }
  }

  static Stream<String> badTrailersAreRefused() {
    return Stream.of(
        ":path: /",
        "content-length: 5",
        "host: a",
        "cookie: a=b",
        "if-match: a",
        "content-type: text/html",
        "x-forwarded-for: 1.2.3.4",
        "X-Sum: 4",
        "x: a\nb",
        "transfer-encoding: chunked");
  }

  @ParameterizedTest
  @MethodSource
  void aBodyThatDiffersFromItsLengthIsRefused(String length, String body) throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      int stream = client.post("/", "content-length: " + length);
      client.data(stream, body, true);
      Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(400);
      client.await(() -> answer.reset() == Http2RawClient.PROTOCOL_ERROR);
      assertThat(origin.requests()).isEmpty();
      assertThat(client.answer(client.request(GET)).body()).isEqualTo("ok");
    }
  }

  @Test
  void theResetBehindARefusalDoesNotWaitForTheClient() throws Exception {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin).keepsWindowsShut()) {
      client.maxStreams();
      client.roundTrip();
      // It sends nothing more, which would have the proxy flush what it has written.
      Answer answer = client.answer(client.request(get("x:  a")));
      assertThat(answer.status()).isEqualTo(400);
      client.await(() -> answer.reset() == Http2RawClient.PROTOCOL_ERROR);
    }
  }

  static Stream<Arguments> aBodyThatDiffersFromItsLengthIsRefused() {
    return Stream.of(Arguments.of("5", "hell"), Arguments.of("5", "hello!"), Arguments.of("5", ""));
  }

  @Test
  void aHeadInManyFramesIsOneHead() throws Exception {
    byte[] block = Http2RawClient.fields(get("x: " + "y".repeat(20_000)));
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        Http2RawClient client = client(origin)) {
      client.frame(
          Http2RawClient.HEADERS, Http2RawClient.END_STREAM, 1, Arrays.copyOf(block, 9000));
      client.frame(Http2RawClient.CONTINUATION, 0, 1, Arrays.copyOfRange(block, 9000, 18_000));
      client.frame(
          Http2RawClient.CONTINUATION,
          Http2RawClient.END_HEADERS,
          1,
          Arrays.copyOfRange(block, 18_000, block.length));
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(origin.requests().get(0)).contains("\r\nx: " + "y".repeat(20_000) + "\r\n");
    }
  }

  private static Http2RawClient client(RawOrigin origin) throws IOException {
    proxy.pointAt(origin);
    return new Http2RawClient(proxy.port()).hello();
  }
}
