package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.ProxyFixture;
import dev.crossfade.testing.RawClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.StrictHttp;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests as raw bytes through real sockets: what is refused, and what arrives at the origin. */
class Http1RequestCasesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

  @RegisterExtension static final ProxyFixture proxy = new ProxyFixture();

  // ---- refused ----------------------------------------------------------------------------------

  record Refused(String name, int status, String sent) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Refused refused(String name, int status, String... lines) {
    return new Refused(name, status, head(lines));
  }

  private static Refused refusedBody(String name, String body) {
    return new Refused(
        name, 400, head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + body);
  }

  static Stream<Refused> refusals() {
    return Stream.of(
        // RFC 9112 §2.2: lines
        new Refused("bare LF", 400, "GET / HTTP/1.1\nHost: a\n\n"),
        new Refused("bare LF behind a field", 400, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        new Refused("bare LF at the end", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        new Refused("bare LF before the request", 400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        new Refused("bare CR in the line", 400, "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n"),
        new Refused("bare CR behind the line", 400, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        new Refused("bare CR in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
        new Refused("CR CR LF", 400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"),
        new Refused("empty lines without end", 400, "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        refused("blank before the first field", 400, "GET / HTTP/1.1", " Host: a"),
        new Refused("a blank first", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        new Refused("a malformed field, no end of the head", 400, "GET / HTTP/1.1\r\nX : a\r\n"),
        new Refused("HTTP/0.9, no end of the head", 505, "GET /\r\n"),
        // RFC 9112 §3: the request line
        refused("two blanks", 400, "GET  / HTTP/1.1", "Host: a"),
        refused("a blank in the target", 400, "GET /a b HTTP/1.1", "Host: a"),
        refused("a tab in the line", 400, "GET\t/ HTTP/1.1", "Host: a"),
        refused("a blank behind the version", 400, "GET / HTTP/1.1 ", "Host: a"),
        refused("NUL in the target", 400, "GET /\0 HTTP/1.1", "Host: a"),
        refused("DEL in the target", 400, "GET /\u007f HTTP/1.1", "Host: a"),
        refused("a fragment", 400, "GET /a#b HTTP/1.1", "Host: a"),
        refused("NUL in the method", 400, "GE\0T / HTTP/1.1", "Host: a"),
        refused("a method with a separator", 400, "GE(T / HTTP/1.1", "Host: a"),
        refused("a method without end", 400, "GET"),
        refused("HTTP/0.9", 505, "GET /"),
        refused("HTTP/2.0", 505, "GET / HTTP/2.0", "Host: a"),
        refused("HTTP/0.9 with a version", 505, "GET / HTTP/0.9", "Host: a"),
        refused("no target", 400, "GET HTTP/1.1", "Host: a"),
        refused("HTTP/1.10", 400, "GET / HTTP/1.10", "Host: a"),
        refused("HTTP/01.1", 400, "GET / HTTP/01.1", "Host: a"),
        refused("http/1.1", 400, "GET / http/1.1", "Host: a"),
        refused("HTTP/1,1", 400, "GET / HTTP/1,1", "Host: a"),
        new Refused(
            "what only begins like the preface of HTTP/2", 505, "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        refused("CONNECT", 405, "CONNECT a:443 HTTP/1.1", "Host: a:443"),
        refused("CONNECT with a path", 405, "CONNECT / HTTP/1.1", "Host: a"),
        refused("TRACE", 405, "TRACE / HTTP/1.1", "Host: a"),
        refused("asterisk without OPTIONS", 400, "GET * HTTP/1.1", "Host: a"),
        refused("relative target", 400, "GET a HTTP/1.1", "Host: a"),
        refused("authority as target", 400, "GET a:80 HTTP/1.1", "Host: a"),
        refused("absolute form with a user", 400, "GET http://u@a/ HTTP/1.1", "Host: a"),
        refused("absolute form without host", 400, "GET http:/// HTTP/1.1", "Host: a"),
        refused("absolute form of another scheme", 400, "GET ftp://a/ HTTP/1.1", "Host: a"),
        refused("absolute form, no Host", 400, "GET http://a/ HTTP/1.1"),
        // RFC 9112 §3.2: Host
        refused("no Host", 400, "GET / HTTP/1.1", "X: a"),
        refused("two Hosts", 400, "GET / HTTP/1.1", "Host: a", "Host: b"),
        refused("the same Host twice", 400, "GET / HTTP/1.1", "Host: a", "hOST: a"),
        refused("two Hosts in 1.0", 400, "GET / HTTP/1.0", "Host: a", "Host: b"),
        refused("empty Host", 400, "GET / HTTP/1.1", "Host:"),
        refused("a list as Host", 400, "GET / HTTP/1.1", "Host: a, b"),
        refused("Host with a path", 400, "GET / HTTP/1.1", "Host: a/b"),
        refused("Host with a user", 400, "GET / HTTP/1.1", "Host: u@a"),
        refused("Host with a blank", 400, "GET / HTTP/1.1", "Host: a b"),
        refused("Host with a bad port", 400, "GET / HTTP/1.1", "Host: a:8x"),
        refused("Host with a large port", 400, "GET / HTTP/1.1", "Host: a:65536"),
        refused("Host with two ports", 400, "GET / HTTP/1.1", "Host: a:1:2"),
        refused("Host with a broken literal", 400, "GET / HTTP/1.1", "Host: [::1"),
        refused("Host with what is no IPv6 address", 400, "GET / HTTP/1.1", "Host: [1::2::3]"),
        refused("no IPv6 address as target", 400, "GET http://[1:2:3]/ HTTP/1.1", "Host: a"),
        refused("Host with a backslash", 400, "GET / HTTP/1.1", "Host: a\\b"),
        // RFC 9112 §5: fields
        refused("blank before the colon", 400, "GET / HTTP/1.1", "Host: a", "X : a"),
        refused("tab before the colon", 400, "GET / HTTP/1.1", "Host: a", "X\t: a"),
        refused(
            "blank before Content-Length's colon",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Content-Length : 5"),
        refused("no colon", 400, "GET / HTTP/1.1", "Host: a", "X"),
        refused("no name", 400, "GET / HTTP/1.1", "Host: a", ": a"),
        refused("folded", 400, "GET / HTTP/1.1", "Host: a", "X: a", " b"),
        refused("folded by a tab", 400, "GET / HTTP/1.1", "Host: a", "X: a", "\tb"),
        refused(
            "folded framing", 400, "POST / HTTP/1.1", "Host: a", "Transfer-Encoding:", " chunked"),
        refused("NUL in a value", 400, "GET / HTTP/1.1", "Host: a", "X: a\0b"),
        refused("a control character in a value", 400, "GET / HTTP/1.1", "Host: a", "X: a\u0001b"),
        refused("DEL in a value", 400, "GET / HTTP/1.1", "Host: a", "X: a\u007fb"),
        refused("NUL in a name", 400, "GET / HTTP/1.1", "Host: a", "X\0Y: a"),
        refused("a blank in a name", 400, "GET / HTTP/1.1", "Host: a", "X Y: a"),
        refused("a letter beyond ASCII in a name", 400, "GET / HTTP/1.1", "Host: a", "X\u00e9: a"),
        // RFC 9112 §6: framing
        refused(
            "both framings",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Content-Length: 5",
            "Transfer-Encoding: chunked"),
        refused(
            "both framings, the other way",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked",
            "Content-Length: 5"),
        refused(
            "both framings, length 0",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked",
            "Content-Length: 0"),
        refused(
            "two lengths",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Content-Length: 5",
            "Content-Length: 6"),
        refused(
            "two equal lengths",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Content-Length: 5",
            "Content-Length: 5"),
        refused("a list of lengths", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: 5, 6"),
        refused(
            "a list of equal lengths", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: 5, 5"),
        refused("length with plus", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: +5"),
        refused("length with minus", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: -5"),
        refused("length with a blank", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: 5 0"),
        refused("length in hex", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: 0x5"),
        refused("length with a point", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: 5.0"),
        refused(
            "length with an underscore", 400, "POST / HTTP/1.1", "Host: a", "Content-Length: 1_0"),
        refused("empty length", 400, "POST / HTTP/1.1", "Host: a", "Content-Length:"),
        refused(
            "length of 20 digits",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Content-Length: 18446744073709551621"),
        refused(
            "length beyond 64 bits",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Content-Length: 9223372036854775808"),
        refused(
            "length on GET with TE",
            400,
            "GET / HTTP/1.1",
            "Host: a",
            "Content-Length: 5",
            "Transfer-Encoding: identity"),
        refused(
            "coding identity", 400, "POST / HTTP/1.1", "Host: a", "Transfer-Encoding: identity"),
        refused("coding gzip", 400, "POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip"),
        refused(
            "coding gzip, chunked",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: gzip, chunked"),
        refused(
            "coding chunked, gzip",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked, gzip"),
        refused(
            "coding chunked, chunked",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked, chunked"),
        refused(
            "coding xchunked", 400, "POST / HTTP/1.1", "Host: a", "Transfer-Encoding: xchunked"),
        refused(
            "coding in quotes",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: \"chunked\""),
        refused(
            "coding with a parameter",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked;a=b"),
        refused(
            "coding with a comma",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: ,chunked"),
        refused("empty coding", 400, "POST / HTTP/1.1", "Host: a", "Transfer-Encoding:"),
        refused(
            "coding with a vertical tab",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: \u000bchunked"),
        refused(
            "coding twice",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: chunked"),
        refused(
            "coding twice, once identity",
            400,
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: identity"),
        refused("coding in 1.0", 400, "POST / HTTP/1.0", "Host: a", "Transfer-Encoding: chunked"),
        // RFC 9112 §7.1: chunks
        refusedBody("chunk size missing", "\r\n"),
        refusedBody("chunk size in words", "five\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with plus", "+5\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with minus", "-5\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with a blank before", " 5\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with a blank behind", "5 \r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with two blanks behind", "5  \r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with a word behind", "5  x\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size with an underscore", "1_0\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size of 16 digits", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size of 65 digits", "0".repeat(64) + "5\r\nhello\r\n0\r\n\r\n"),
        refusedBody("extensions without end", ("1;" + "x".repeat(4000) + "\r\nx\r\n").repeat(5)),
        refusedBody("chunk size of 17 digits", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size line with bare LF", "5\nhello\r\n0\r\n\r\n"),
        refusedBody("chunk size line with bare CR", "5\rhello\r\n0\r\n\r\n"),
        refusedBody("chunk data without CR LF", "5\r\nhello0\r\n\r\n"),
        refusedBody("chunk data with bare LF", "5\r\nhello\n0\r\n\r\n"),
        refusedBody("chunk data longer than said", "3\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension without end", "5;" + "x".repeat(5000) + "\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension with NUL", "5;a\0\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension with bare LF", "5;a\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension without a name", "5;\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension with an empty name", "5;=b\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension without its value", "5;a=\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension of two words", "5;a b\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension with a blank behind", "5;a \r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension with an open quote", "5;a=\"b\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension with a quoted end", "5;a=\"\\\"\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension behind a quote", "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n"),
        refusedBody("an extension beyond ASCII", "5;\u00e9\r\nhello\r\n0\r\n\r\n"),
        refusedBody("last chunk with bare LF", "0\r\n\n"),
        refusedBody("a trailer with Content-Length", "0\r\nContent-Length: 5\r\n\r\n"),
        refusedBody("a trailer with Transfer-Encoding", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        refusedBody("a trailer with Host", "0\r\nHost: b\r\n\r\n"),
        refusedBody("a trailer with X-Forwarded-For", "0\r\nX-Forwarded-For: b\r\n\r\n"),
        refusedBody("a trailer with X-Real-IP", "0\r\nX-Real-IP: 1.2.3.4\r\n\r\n"),
        refusedBody("a trailer with Content-Type", "0\r\ncontent-Type: a/b\r\n\r\n"),
        refusedBody("a trailer with a condition", "0\r\nX: y\r\nIf-Match: \"a\"\r\n\r\n"),
        refusedBody("a trailer without a colon", "0\r\nfoo\r\n\r\n"),
        refusedBody("a trailer with a blank before the colon", "0\r\nfoo : a\r\n\r\n"),
        refusedBody("a trailer with NUL", "0\r\nfoo: a\0\r\n\r\n"),
        refusedBody("a folded trailer", "0\r\nfoo: a\r\n b\r\n\r\n"),
        refusedBody(
            "trailers without end", "0\r\n" + ("foo: " + "x".repeat(1000) + "\r\n").repeat(9)),
        // Limits
        refused("line too long", 414, "GET /" + "a".repeat(8200) + " HTTP/1.1", "Host: a"),
        refused("a field too long", 431, "GET / HTTP/1.1", "Host: a", "X: " + "a".repeat(33000)),
        refused("too many fields", 431, manyFields(101)),
        // RFC 9110 §10.1.1
        refused(
            "an unknown expectation",
            417,
            "POST / HTTP/1.1",
            "Host: a",
            "Expect: magic",
            "Content-Length: 0"),
        refused(
            "two expectations",
            417,
            "POST / HTTP/1.1",
            "Host: a",
            "Expect: 100-continue, magic",
            "Content-Length: 0"));
  }

  private static String[] manyFields(int count) {
    String[] lines = new String[count + 1];
    Arrays.fill(lines, "X: a");
    lines[0] = "GET / HTTP/1.1";
    lines[1] = "Host: a";
    return lines;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusesOnceAndCloses(Refused test) throws IOException {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      String all = client.send(test.sent() + SMUGGLED).readToEnd();
      assertRefused(all, test.status());
      assertThat(origin.requests()).isEmpty();
    }
  }

  /** RFC 9110 §9.3.2: not even where the rest of the line is at fault. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusesHeadWithoutContent(Refused test) throws IOException {
    String sent = test.sent().replaceFirst("^(GET|POST) ", "HEAD ");
    if (sent.equals(test.sent())) {
      return;
    }
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      String all = client.send(sent + SMUGGLED).readToEnd();
      assertThat(all).startsWith("HTTP/1.1 " + test.status() + " ");
      assertThat(all.indexOf("\r\n\r\n") + 4).as(all).isEqualTo(all.length());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusesTheSameByteForByte(Refused test) throws IOException {
    String bytes = test.sent();
    if (bytes.length() > 1000) {
      return;
    }
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      try {
        client.sendSlowly(bytes);
      } catch (IOException closedMeanwhile) {
        // It does not have to hear us out.
      }
      assertRefused(client.readToEnd(), test.status());
      assertThat(origin.requests()).isEmpty();
    }
  }

  private static void assertRefused(String all, int status) {
    StrictHttp.Answer answer = StrictHttp.answer(all, "GET", true);
    assertThat(answer.status()).as(all).isEqualTo(status);
    assertThat(answer.end()).as("one answer and nothing behind it").isEqualTo(all.length());
    assertThat(answer.values("Connection")).containsExactly("close");
    assertThat(answer.values("Date")).hasSize(1);
  }

  // ---- passed on --------------------------------------------------------------------------------

  /** What is sent, and the request that arrives at the origin, without what the proxy adds. */
  record Passed(String name, String sent, String arrives, boolean kept) {
    Passed closing() {
      return new Passed(name, sent, arrives, false);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Passed passed(String name, String sent, String arrives) {
    return new Passed(name, sent, arrives, true);
  }

  private static Passed same(String name, String sent) {
    return passed(name, sent, sent);
  }

  private static Passed without(String name, String removed) {
    return passed(
        name,
        head("GET / HTTP/1.1", "Host: a", "A: b", removed, "C: d"),
        head("GET / HTTP/1.1", "Host: a", "A: b", "C: d"));
  }

  static Stream<Passed> passes() {
    String get = head("GET / HTTP/1.1", "Host: a");
    String post = head("POST / HTTP/1.1", "Host: a", "Content-Length: 5");
    String chunked = head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
    return Stream.of(
        same("plain", get),
        passed("an empty line before", "\r\n" + get, get),
        passed("a later minor version", head("GET / HTTP/1.2", "Host: a"), get),
        passed(
            "Proxy-Authenticate",
            head("GET / HTTP/1.1", "Host: a", "Proxy-Authenticate: Basic"),
            get),
        passed(
            "Max-Forwards for OPTIONS",
            head("OPTIONS /x HTTP/1.1", "Host: a", "Max-Forwards: 10", "A: b"),
            head("OPTIONS /x HTTP/1.1", "Host: a", "A: b", "Max-Forwards: 9")),
        same("Max-Forwards for GET", head("GET /x HTTP/1.1", "Host: a", "Max-Forwards: 0")),
        same(
            "a length with zeros in front",
            head("POST /x HTTP/1.1", "Host: a", "Content-Length: " + "0".repeat(23) + "5")
                + "hello"),
        same(
            "a chunk size with zeros in front",
            head("POST /x HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
                + "0".repeat(20)
                + "5\r\nhello\r\n0\r\n\r\n"),
        same(
            "a long extension",
            head("POST /x HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
                + "5;a="
                + "x".repeat(1000)
                + "\r\nhello\r\n0\r\n\r\n"),
        same("strange target", head("GET //a/..//%2e%2F;x?q=|{}\"<>^`\\ HTTP/1.1", "Host: a")),
        same("bytes beyond ASCII", head("GET /\u00e9 HTTP/1.1", "Host: a", "X: \u00e4\u00ff")),
        same("a method of its own", head("PROPFIND / HTTP/1.1", "Host: a")),
        same("a method in lower case", head("get / HTTP/1.1", "Host: a")),
        same("OPTIONS *", head("OPTIONS * HTTP/1.1", "Host: a")),
        same("an empty value", head("GET / HTTP/1.1", "Host: a", "X:", "Y:  ")),
        same("no blank behind the colon", head("GET / HTTP/1.1", "Host:a", "X:b")),
        same("tabs around values", head("GET / HTTP/1.1", "Host:\ta\t ", "X: \t a\tb\t")),
        same("IPv6 in Host", head("GET / HTTP/1.1", "Host: [::1]:8080")),
        same("empty port in Host", head("GET / HTTP/1.1", "Host: a:")),
        same("100 fields", head(manyFields(100))),
        same("body by length", post + "hello"),
        same("GET with a body", head("GET / HTTP/1.1", "Host: a", "Content-Length: 5") + "hello"),
        same("length 0", head("POST / HTTP/1.1", "Host: a", "Content-Length: 0")),
        same(
            "length with zeros",
            head("POST / HTTP/1.1", "Host: a", "Content-Length: 0005") + "hello"),
        same("body by chunks", chunked + "5\r\nhello\r\n0\r\n\r\n"),
        same(
            "chunked in capitals",
            head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: CHUNKED \t") + "0\r\n\r\n"),
        same("sizes with zeros", chunked + "0005\r\nhello\r\n000\r\n\r\n"),
        same("sizes in capitals", chunked + "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"),
        same("extensions", chunked + "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n"),
        same(
            "extensions with blanks",
            chunked + "5;a = \"b;\\\"\t\u00e9\" ; d\r\nhello\r\n0\r\n\r\n"),
        same("extension behind blanks", chunked + "5 \t;a\r\nhello\r\n0\r\n\r\n"),
        same(
            "trailers",
            head("POST / HTTP/1.1", "Host: a", "Trailer: X", "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n0\r\nX: y\r\nZ:\r\n\r\n"),
        same(
            "data that looks like a request",
            post.replace(": 5", ": " + SMUGGLED.length()) + SMUGGLED),
        // RFC 9110 §7.6.1
        passed(
            "trailers that Connection names",
            head(
                    "POST / HTTP/1.1",
                    "Host: a",
                    "Connection: X-Hop, x-" + "long".repeat(20),
                    "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n0\r\nx-hop: 1\r\nX: y\r\nX-"
                + "Long".repeat(20)
                + ": 1\r\nX-Hop2: z\r\n\r\n",
            chunked + "5\r\nhello\r\n0\r\nX: y\r\nX-Hop2: z\r\n\r\n"),
        without("Keep-Alive", "Keep-Alive: timeout=5"),
        without("Proxy-Connection", "Proxy-Connection: keep-alive"),
        without("TE", "TE: trailers"),
        without("Connection", "Connection: keep-alive"),
        without("Upgrade that Connection does not name", "Upgrade: websocket"),
        without("HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__"),
        without("Proxy-Authorization", "Proxy-Authorization: Basic YQ=="),
        without("X-Crossfade-Variant", "X-Crossfade-Variant: new"),
        without("X-Crossfade with underscores", "x_crossfade_variant: new"),
        passed(
            "fields that Connection names",
            head(
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: X-One ,,  x-TWO",
                "X-One: 1",
                "X-Two: 2",
                "X-Three: 3",
                "x-one: 4"),
            head("GET / HTTP/1.1", "Host: a", "X-Three: 3")),
        passed(
            "Connection twice",
            head(
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: X-One",
                "X-One: 1",
                "Connection: X-Two",
                "X-Two: 2"),
            get),
        passed(
            "fields that Connection must not name",
            head(
                    "POST / HTTP/1.1",
                    "Connection: Host, Content-Length, Cookie, Authorization",
                    "Host: a",
                    "Content-Length: 5",
                    "Cookie: a=b",
                    "Authorization: Basic YQ==")
                + "hello",
            head(
                    "POST / HTTP/1.1",
                    "Host: a",
                    "Content-Length: 5",
                    "Cookie: a=b",
                    "Authorization: Basic YQ==")
                + "hello"),
        passed(
            "Transfer-Encoding named by Connection",
            head(
                    "POST / HTTP/1.1",
                    "Host: a",
                    "Connection: Transfer-Encoding",
                    "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n0\r\n\r\n",
            chunked + "5\r\nhello\r\n0\r\n\r\n"),
        passed("Connection: close", head("GET / HTTP/1.1", "Host: a", "Connection: close"), get)
            .closing(),
        passed(
                "close among others",
                head("GET / HTTP/1.1", "Host: a", "Connection: keep-alive, CLOSE"),
                get)
            .closing(),
        // RFC 9110 §7.8
        passed(
            "h2c",
            head(
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQAAP__"),
            get),
        passed(
            "HTTP/2 by its other name",
            head("GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: HTTP/2.0"),
            get),
        passed(
            "h2c among others",
            head("GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket, h2c"),
            get),
        passed(
                "upgrade in 1.0",
                head("GET / HTTP/1.0", "Host: a", "Connection: Upgrade", "Upgrade: websocket"),
                get)
            .closing(),
        passed(
            "upgrade with a body",
            head(
                    "POST / HTTP/1.1",
                    "Host: a",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Content-Length: 5")
                + "hello",
            post + "hello"),
        passed(
            "an upgrade that is refused",
            head(
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket"),
            head("GET / HTTP/1.1", "Host: a", "Connection: upgrade", "Upgrade: websocket")),
        // RFC 9112 §3.2.2
        passed(
            "absolute form",
            head("GET http://B:81/x?y HTTP/1.1", "Host: a"),
            head("GET /x?y HTTP/1.1", "Host: B:81")),
        passed(
            "absolute form without a path",
            head("GET HTTP://b HTTP/1.1", "Host: a"),
            head("GET / HTTP/1.1", "Host: b")),
        passed(
            "absolute form with a query only",
            head("GET http://b?x HTTP/1.1", "Host: a"),
            head("GET /?x HTTP/1.1", "Host: b")),
        passed(
            "absolute form of *",
            head("OPTIONS http://b HTTP/1.1", "Host: a"),
            head("OPTIONS * HTTP/1.1", "Host: b")),
        // HTTP/1.0
        passed("1.0", head("GET /x HTTP/1.0", "Host: a"), head("GET /x HTTP/1.1", "Host: a"))
            .closing(),
        passed(
            "1.0 that goes on", head("GET / HTTP/1.0", "Host: a", "Connection: Keep-Alive"), get),
        passed(
                "1.0 with a body",
                head("POST / HTTP/1.0", "Host: a", "Content-Length: 5") + "hello",
                post + "hello")
            .closing(),
        passed(
                "an expectation in 1.0",
                head("POST / HTTP/1.0", "Host: a", "Content-Length: 5", "Expect: 100-continue")
                    + "hello",
                post + "hello")
            .closing());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passes")
  void passesOnWhatIsMeant(Passed test) throws IOException {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      client.send(test.sent());
      assertPassed(test, origin, client);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passes")
  void passesOnTheSameByteForByte(Passed test) throws IOException {
    try (RawOrigin origin = new RawOrigin(RawOrigin.answering(OK));
        RawClient client = client(origin)) {
      client.sendSlowly(test.sent());
      assertPassed(test, origin, client);
    }
  }

  private static void assertPassed(Passed test, RawOrigin origin, RawClient client)
      throws IOException {
    StrictHttp.Answer answer = client.answer();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(withoutAdded(origin.requests().get(0))).isEqualTo(test.arrives());
    if (test.kept()) {
      assertThat(client.send(head("GET /after HTTP/1.1", "Host: a")).answer().body())
          .isEqualTo("ok");
      assertThat(origin.requests()).hasSize(2);
    } else {
      assertThat(answer.values("Connection")).containsExactly("close");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(client.wasReset()).isFalse();
    }
  }

  private static String withoutAdded(String request) {
    return request.replaceAll("X-Forwarded-[A-Z][a-z]+: [^\r]*\r\n", "");
  }

  private static RawClient client(RawOrigin origin) throws IOException {
    proxy.pointAt(origin);
    return new RawClient(proxy.port());
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }
}
