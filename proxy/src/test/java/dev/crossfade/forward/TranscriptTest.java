package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.http.RequestHead;
import dev.crossfade.split.SplitSettings;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranscriptTest {
  private static final ClientFacts CLIENT =
      ClientFacts.of(new byte[] {127, 0, 0, 1}, "127.0.0.1", false, false, "localhost:1", 1);

  private static final SplitSettings.Upgrade UPGRADE =
      new SplitSettings.Upgrade(
          "upgrade", "t", true, "/enable", "/disable", SplitSettings.AfterRollback.HONOUR);

  private final RequestText text = new RequestText();

  private @Nullable String kept(Part part) {
    return text.has(part)
        ? new String(
            text.bytes(),
            text.start(part),
            text.end(part) - text.start(part),
            StandardCharsets.ISO_8859_1)
        : null;
  }

  private void of(String request) {
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    RequestHead head = new RequestHead(8192, 100);
    assertThat(head.scan(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    Transcript.of(head, CLIENT, CLIENT.address(), new TraceContext(), null, UPGRADE, text);
  }

  private void ofRefused(String come) {
    byte[] bytes = come.getBytes(StandardCharsets.ISO_8859_1);
    Transcript.ofRefused(bytes, bytes.length, CLIENT, null, text);
  }

  @Test
  void theAbsoluteFormIsToldAsHostAndPath() {
    of("GET http://b.example:81/a?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(kept(Part.HOST)).isEqualTo("b.example:81");
    assertThat(kept(Part.PATH)).isEqualTo("/a");
    assertThat(kept(Part.QUERY)).isEqualTo("x=1");
    assertThat(kept(Part.PROTOCOL)).isEqualTo("HTTP/1.1");
  }

  @Test
  void ofAFieldThatStandsTwiceTheFirstIsTold() {
    of("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: one\r\nUser-Agent: two\r\n\r\n");
    assertThat(kept(Part.USER_AGENT)).isEqualTo("one");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/b, https://a.example/b",
    "https://a.example/b?c=/@d, https://a.example/b",
    "https://a.example/b#c@d, https://a.example/b",
    "https://a.example?c, https://a.example",
    "https://u:p@a.example/b@c, a.example/b@c",
    "https://u@a.example, a.example",
    "/b@c, /b@c",
    "a@b, a@b",
    "//, //",
    "/, /",
    "?, ''",
  })
  void aRefererIsToldWithoutQueryAndUser(String sent, String told) {
    of("GET / HTTP/1.1\r\nHost: a\r\nReferer: " + sent + "\r\n\r\n");
    assertThat(kept(Part.REFERER)).isEqualTo(told);
  }

  @Test
  void anEmptyRefererIsToldAsSuch() {
    of("GET / HTTP/1.1\r\nHost: a\r\nReferer:\r\n\r\n");
    assertThat(kept(Part.REFERER)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'', -, -, -, -",
        "GE, GE, -, -, -",
        "'GET ', GET, '', -, -",
        "GET /a, GET, /a, -, -",
        "GET /a?b=c d HTTP/1.1, GET, /a, -, -",
        "GET /a?b HTTP/1.1, GET, /a, -, HTTP/1.1",
        "GET http://u:p@x/a?b HTTP/1.1, GET, x/a, -, HTTP/1.1",
        "GET /a#b?c HTTP/1.1, GET, /a, -, HTTP/1.1",
        "'GET\t/a?b', 'GET\t/a', -, -, -",
        "GET /a HTTP/2.0, GET, /a, -, HTTP/2.0",
        "GET /a secret99, GET, /a, -, -",
        "GET /enable?token=s, GET, /enable, -, -",
        "GET http://a/disable?s HTTP/1.1, GET, http://a/disable, -, HTTP/1.1",
      })
  void ofARefusedRequestItsLineIsToldAsFarAsItCame(
      String line, String method, String path, String query, String protocol) {
    for (String end : new String[] {"", "\r\n", "\nHost: x\r\n", "\r\nUser-Agent: x\r\n\r\n"}) {
      ofRefused("\r\n" + line + end);
      if (line.isEmpty() && !end.isEmpty()) {
        continue;
      }
      assertThat(kept(Part.CLIENT)).isEqualTo("127.0.0.1");
      assertThat(kept(Part.METHOD)).isEqualTo(method);
      assertThat(kept(Part.PATH)).isEqualTo(path);
      assertThat(kept(Part.QUERY)).isEqualTo(query);
      assertThat(kept(Part.PROTOCOL)).isEqualTo(protocol);
      assertThat(kept(Part.USER_AGENT)).isNull();
    }
  }
}
