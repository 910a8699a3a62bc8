package dev.crossfade.upstream;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.crossfade.split.Side;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** TLS to the upstream, with certificates good and bad. */
class TlsToUpstreamTest {
  private static final String[] BOTH = {"TLSv1.3", "TLSv1.2"};

  @TempDir Path folder;
  @RegisterExtension final Opened opened = new Opened();

  private static String path(String name) {
    return '"' + TlsOrigin.file(name).toString() + '"';
  }

  private static final String CA = "ca = " + path("ca.pem");

  private RunningProxyFixture proxy(int port, String tls, String... more) throws Exception {
    return opened.add(RunningProxyFixture.start(folder, lines(port, tls, more)));
  }

  private static String[] lines(int port, String tls, String... more) {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add(endpoints(Side.OLD, "127.0.0.1:" + port));
    lines.add("upstreams.old.tls { " + tls + " }");
    return lines.toArray(String[]::new);
  }

  private PlainHttpClient.Answer get(RunningProxyFixture proxy) throws Exception {
    return opened.add(proxy.client()).get("/");
  }

  @Test
  void aGoodCertificateIsTakenAndConnectionsAreUsedAgain() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", false, BOTH));
    RunningProxyFixture proxy = proxy(origin.port(), CA);
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < 5; i++) {
      assertThat(client.get("/").body()).isEqualTo("TLSv1.3||nobody");
    }
    assertThat(proxy.upstreams().endpoints(Side.OLD).get(0).idle()).isEqualTo(1);
    assertThat(proxy.tally().of("failure old connect")).isZero();
  }

  @Test
  void theServerNameIsAskedForAndVerified() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", false, BOTH));
    RunningProxyFixture proxy = proxy(origin.port(), CA + ", server-name = shop.example");
    assertThat(get(proxy).body()).isEqualTo("TLSv1.3|shop.example|nobody");
  }

  @Test
  void version12WillDo() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", false, "TLSv1.2"));
    assertThat(get(proxy(origin.port(), CA)).body()).startsWith("TLSv1.2|");
  }

  @Test
  void ourOwnCertificateIsShownToThoseWhoAsk() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", true, BOTH));
    RunningProxyFixture proxy =
        proxy(
            origin.port(),
            CA + ", certificate = " + path("client.pem") + ", key = " + path("client.key"));
    assertThat(get(proxy).body()).isEqualTo("TLSv1.3||CN=crossfade");
  }

  @Test
  void withoutOurOwnThoseWhoAskRefuse() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", true, BOTH));
    assertThat(get(proxy(origin.port(), CA)).status()).isEqualTo(502);
  }

  @ParameterizedTest
  @CsvSource({
    "expired, its certificate has expired",
    "wrong-host, its certificate is of another name",
    "untrusted, its certificate is from nobody who is trusted"
  })
  void aBadCertificateIsRefusedAndCountedAndClearInTheLog(String name, String words)
      throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(Endpoint.class);
    logger.addAppender(lines);
    opened.add(() -> logger.detachAppender(lines));
    TlsOrigin origin = opened.add(new TlsOrigin(name, false, BOTH));
    RunningProxyFixture proxy = proxy(origin.port(), CA);
    assertThat(get(proxy).status()).isEqualTo(502);
    assertThat(proxy.tally().of("failure old connect")).isEqualTo(1);
    UpstreamView.EndpointView view = proxy.upstreams().endpoints(Side.OLD).get(0);
    assertThat(view.lastFailure()).startsWith(words);
    // The probes that follow fail the same way and take it out.
    await().until(() -> !proxy.upstreams().endpoints(Side.OLD).get(0).healthy());
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("is down: " + words));
    assertThat(get(proxy).status()).isEqualTo(503);
  }

  /** What TLS still brings of a read that was the last for now is no sign that more may come. */
  @Test
  void anOriginIsNotTheSlowOneWhileItsClientTakesNothing() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", false, BOTH));
    RunningProxyFixture proxy =
        proxy(origin.port(), CA, "timeouts { between-bytes = 5s, write = 1h }");
    WireClient stuck = opened.add(WireClient.to(proxy.port()));
    stuck.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    String head = stuck.readUntil("\r\n\r\n");
    PlainHttpClient other = opened.add(proxy.client());
    for (int i = 0; i < 300; i++) {
      other.get("/");
    }
    WireClient idle = opened.add(WireClient.to(proxy.port()));
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("nobody");
    proxy.sweep(idle);
    assertThat(proxy.tally().of("failure old timeout")).isZero();
    assertThat(head).startsWith("HTTP/1.1 200 ");
    assertThat(stuck.readToEnd()).hasSize(TlsOrigin.LARGE);
  }

  @Test
  void withoutVerificationAnyCertificateWillDo() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("expired", false, BOTH));
    assertThat(get(proxy(origin.port(), "verify = off")).status()).isEqualTo(200);
  }

  @Test
  void withoutABundleOnlyWhomJavaTrustsIsTrusted() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", false, BOTH));
    RunningProxyFixture proxy = proxy(origin.port(), "");
    assertThat(get(proxy).status()).isEqualTo(502);
    assertThat(proxy.upstreams().endpoints(Side.OLD).get(0).lastFailure())
        .contains("nobody who is trusted");
  }

  @Test
  void anUpstreamInCleartextIsAFailedConnect() throws Exception {
    try (RawOrigin plain = new RawOrigin(c -> c.send("HTTP/1.1 200 OK\r\n\r\n"))) {
      RunningProxyFixture proxy = proxy(plain.port(), CA);
      assertThat(get(proxy).status()).isEqualTo(502);
      assertThat(proxy.upstreams().endpoints(Side.OLD).get(0).lastFailure()).contains("TLS failed");
    }
  }

  @Test
  void aReloadBringsOtherCertificates() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("good", false, BOTH));
    RunningProxyFixture proxy = proxy(origin.port(), "");
    assertThat(get(proxy).status()).isEqualTo(502);
    proxy.reconfigure(lines(origin.port(), CA));
    await().untilAsserted(() -> assertThat(get(proxy).status()).isEqualTo(200));
  }

  @Test
  void probesSpeakTlsTooAndFindOutBeforeAnyVisitor() throws Exception {
    TlsOrigin origin = opened.add(new TlsOrigin("expired", false, BOTH));
    RunningProxyFixture proxy = proxy(origin.port(), CA, "upstreams.old.probe { interval = 1s }");
    await().until(() -> !proxy.upstreams().endpoints(Side.OLD).get(0).healthy());
    assertThat(proxy.upstreams().endpoints(Side.OLD).get(0).lastFailure())
        .contains("its certificate has expired");
    assertThat(proxy.tally().of("requests")).isZero();
    TlsOrigin good = opened.add(new TlsOrigin("good", false, BOTH));
    proxy.reconfigure(
        lines(good.port(), CA, "upstreams.old.probe { interval = 1s, body = \"TLSv1.3\" }"));
    assertThat(get(proxy).status()).isEqualTo(200);
    await()
        .during(Duration.ofSeconds(2))
        .until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).healthy());
  }
}
