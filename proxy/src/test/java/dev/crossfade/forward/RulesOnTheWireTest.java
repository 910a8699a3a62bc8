package dev.crossfade.forward;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.split.Side;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules through real sockets: what they see, and that they are counted by their names. */
class RulesOnTheWireTest {
  @TempDir Path folder;

  private RecordingOrigin old;
  private RecordingOrigin young;

  @BeforeEach
  void startOrigins() throws Exception {
    old = RecordingOrigin.start("old");
    young = RecordingOrigin.start("new");
  }

  @AfterEach
  void closeOrigins() throws Exception {
    old.close();
    young.close();
  }

  private RunningProxyFixture proxy(String... lines) throws Exception {
    return RunningProxyFixture.start(
        folder,
        Stream.concat(
                Stream.of(endpoints(Side.OLD, old), endpoints(Side.NEW, young)), Stream.of(lines))
            .toArray(String[]::new));
  }

  private static String get(PlainHttpClient client, String... fields) throws Exception {
    List<Field> all =
        Stream.of(fields)
            .map(f -> new Field(f.substring(0, f.indexOf(':')), f.substring(f.indexOf(':') + 2)))
            .toList();
    Answer answer = client.request("GET", "/", all, null);
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void aClientsNetworkIsThatBehindTrustedProxies() throws Exception {
    String rule = "rules = [{ name = office, client = \"192.0.2.0/24\", side = new }]";
    try (RunningProxyFixture proxy =
            proxy(rule, "trusted-proxies = [\"127.0.0.0/8\", \"10.0.0.0/8\"]");
        PlainHttpClient client = proxy.client()) {
      assertThat(get(client)).isEqualTo("old");
      assertThat(get(client, "X-Forwarded-For: 192.0.2.7")).isEqualTo("new");
      assertThat(get(client, "X-Forwarded-For: 192.0.2.7, 10.1.2.3")).isEqualTo("new");
      assertThat(get(client, "X-Forwarded-For: 192.0.2.7, 203.0.113.9"))
          .as("the last one who is not trusted counts")
          .isEqualTo("old");
      assertThat(proxy.tally().of("rule office")).isEqualTo(2);
      proxy.reconfigure(endpoints(Side.OLD, old), endpoints(Side.NEW, young), rule);
      assertThat(get(client, "X-Forwarded-For: 192.0.2.7")).as("untrusted").isEqualTo("old");
    }
  }

  @Test
  void aRulesLimitOfBodiesGoesBeforeThatOfAllRequests() throws Exception {
    try (RunningProxyFixture proxy =
        proxy(
            "limits.body = 10",
            "rules = [{ name = upload, path = \"/upload\", side = new, max-body = 20 }"
                + ", { name = any, path = \"/any\", side = new, max-body = 0 }]")) {
      assertThat(post(proxy, "/", 10)).isEqualTo(200);
      assertThat(post(proxy, "/", 11)).isEqualTo(413);
      assertThat(post(proxy, "/upload", 20)).isEqualTo(200);
      assertThat(post(proxy, "/upload", 21)).isEqualTo(413);
      assertThat(post(proxy, "/any", 100_000)).isEqualTo(200);
    }
  }

  @Test
  void aChunkThatIsTooLargeIsRefusedByItsSize() throws Exception {
    try (RunningProxyFixture proxy = proxy("limits.body = 10");
        WireClient client = WireClient.to(proxy.port())) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n9\r\n");
      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
    }
  }

  private static int post(RunningProxyFixture proxy, String path, int length) throws Exception {
    try (PlainHttpClient client = proxy.client()) {
      return client.post(path, "x".repeat(length)).status();
    }
  }

  @Test
  void eachDecisionByRuleIsCountedOnceAndTheFirstRuleWins() throws Exception {
    try (RunningProxyFixture proxy =
            proxy(
                "rules = [{ name = beta, header { name = X-Beta, present = on }, side = new }"
                    + ", { name = plain, header { name = X-Beta, present = off }, side = old }"
                    + ", { path-prefix = \"/\", side = new }]");
        PlainHttpClient client = proxy.client()) {
      assertThat(get(client, "X-Beta: ")).isEqualTo("new");
      assertThat(get(client, "x-beta: anything")).isEqualTo("new");
      assertThat(get(client)).isEqualTo("old");
      assertThat(proxy.tally().of("rule beta")).isEqualTo(2);
      assertThat(proxy.tally().of("rule plain")).isEqualTo(1);
      assertThat(proxy.tally().of("rule rule-3")).isZero();
      assertThat(proxy.tally().of("reason rule")).isEqualTo(3);
    }
  }
}
