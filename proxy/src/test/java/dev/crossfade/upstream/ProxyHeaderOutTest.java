package dev.crossfade.upstream;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.RawClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The PROXY protocol towards upstreams. */
class ProxyHeaderOutTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  @TempDir Path folder;
  @RegisterExtension final Opened opened = new Opened();

  /** Reads a header of version 1, then requests. */
  private static final RawOrigin.Script V1 =
      c -> {
        if (c.readUntil("\r\n") != null) {
          while (c.readUntil("\r\n\r\n") != null) {
            c.send(OK);
          }
        }
      };

  private RunningProxyFixture proxy(RawOrigin origin, String version, String... more)
      throws Exception {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add(endpoints(Side.OLD, origin.address()));
    lines.add("upstreams.old.proxy-protocol = " + version);
    return opened.add(RunningProxyFixture.start(folder, lines.toArray(String[]::new)));
  }

  @Test
  void aConnectionBeginsWithTheClientsAddressInText() throws Exception {
    RawOrigin origin = opened.add(new RawOrigin(V1));
    RunningProxyFixture proxy = proxy(origin, "v1");
    RawClient client = opened.add(new RawClient(proxy.port()));
    assertThat(client.send(GET).answer().status()).isEqualTo(200);
    assertThat(origin.connections().get(0).received())
        .matches(
            "(?s)PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ " + proxy.port() + "\r\nGET .*");
  }

  @Test
  void aConnectionServesTheClientItNamesAndNoOther() throws Exception {
    RawOrigin origin = opened.add(new RawOrigin(V1));
    RunningProxyFixture proxy = proxy(origin, "v1");
    RawClient one = opened.add(new RawClient(proxy.port()));
    RawClient other = opened.add(new RawClient(proxy.port()));
    for (int i = 0; i < 3; i++) {
      assertThat(one.send(GET).answer().status()).isEqualTo(200);
      assertThat(other.send(GET).answer().status()).isEqualTo(200);
    }
    assertThat(origin.connections()).hasSize(2);
    String ofOne = origin.connections().get(0).received();
    String ofOther = origin.connections().get(1).received();
    assertThat(ofOne.substring(0, ofOne.indexOf('\r')))
        .isNotEqualTo(ofOther.substring(0, ofOther.indexOf('\r')));
    assertThat(proxy.upstreams().endpoints(Side.OLD).get(0).idle()).isEqualTo(2);
  }

  /** A connection that is idle names another client, and is of no use to those who wait. */
  @Test
  void whoWaitsForAConnectionGetsTheNextThatIsFree() throws Exception {
    CompletableFuture<Void> goesOn = new CompletableFuture<>();
    RawOrigin origin =
        opened.add(
            new RawOrigin(
                c -> {
                  while (c.readUntil("\r\n\r\n") != null) {
                    c.waitFor(goesOn);
                    c.send(OK);
                  }
                }));
    RunningProxyFixture proxy =
        proxy(
            origin,
            "v1",
            "upstreams.old.limits.connections = 1",
            "upstreams.old.limits.waiting-time = 1h");
    RawClient one = opened.add(new RawClient(proxy.port())).send(GET);
    await().until(() -> origin.connections().size() == 1);
    RawClient other = opened.add(new RawClient(proxy.port())).send(GET);
    await().until(() -> proxy.upstreams().endpoints(Side.OLD).get(0).condition().waiting() == 1);
    goesOn.complete(null);
    assertThat(one.answer().status()).isEqualTo(200);
    assertThat(other.answer().status()).isEqualTo(200);
  }

  @Test
  void version2IsBinary() throws Exception {
    RawOrigin origin =
        opened.add(
            new RawOrigin(
                c -> {
                  c.read(28);
                  c.readUntil("\r\n\r\n");
                  c.send(OK);
                }));
    RunningProxyFixture proxy = proxy(origin, "v2");
    RawClient client = opened.add(new RawClient(proxy.port()));
    assertThat(client.send(GET).answer().status()).isEqualTo(200);
    byte[] b = origin.connections().get(0).received().getBytes(StandardCharsets.ISO_8859_1);
    assertThat(new String(b, 0, 16, StandardCharsets.ISO_8859_1))
        .isEqualTo("\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c");
    assertThat(new byte[] {b[16], b[17], b[18], b[19], b[20], b[21], b[22], b[23]})
        .containsExactly(127, 0, 0, 1, 127, 0, 0, 1);
    assertThat((b[26] & 0xff) << 8 | b[27] & 0xff).isEqualTo(proxy.port());
    assertThat(new String(b, 28, 4, StandardCharsets.ISO_8859_1)).isEqualTo("GET ");
  }

  @Test
  void whomALoadBalancerInFrontNamesIsNamedOn() throws Exception {
    RawOrigin origin = opened.add(new RawOrigin(V1));
    int port = ChildProcess.freePort();
    RunningProxyFixture proxy =
        proxy(
            origin,
            "v1",
            "listen = [{ address = \"127.0.0.1:" + port + "\", proxy-protocol = on }]");
    RawClient client = opened.add(new RawClient(port));
    client.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n" + GET);
    assertThat(client.answer().status()).isEqualTo(200);
    assertThat(origin.connections().get(0).received())
        .startsWith("PROXY TCP4 192.0.2.7 127.0.0.1 4711 " + port + "\r\n");
    assertThat(proxy.addresses()).hasSize(1);
  }

  @Test
  void aProbeNamesNobody() throws Exception {
    RawOrigin origin = opened.add(new RawOrigin(V1));
    opened.add(
        RunningProxyFixture.start(
            folder,
            endpoints(Side.OLD, origin.address()),
            "upstreams.old { proxy-protocol = v1, probe { interval = 1s } }"));
    await().until(() -> !origin.connections().isEmpty());
    await()
        .untilAsserted(
            () ->
                assertThat(origin.connections().get(0).received())
                    .startsWith("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n"));
  }
}
