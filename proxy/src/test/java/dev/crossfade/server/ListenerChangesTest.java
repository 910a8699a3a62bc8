package dev.crossfade.server;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crossfade.split.Side;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.UnixClient;
import dev.crossfade.testing.WireClient;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listening sockets, certificates and limits that change while the proxy runs. */
class ListenerChangesTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final Path CERTIFICATES =
      Path.of("src/test/resources/dev/crossfade/config/files").toAbsolutePath();

  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private RecordingOrigin origin;
  private int kept;
  private int other;

  @BeforeEach
  void startOrigin() throws Exception {
    origin = opened.add(RecordingOrigin.start("old"));
    kept = ChildProcess.freePort();
    other = ChildProcess.freePort();
  }

  private RunningProxyFixture proxy(String... lines) throws Exception {
    return opened.add(RunningProxyFixture.start(folder, lines(lines)));
  }

  private String[] lines(String... lines) {
    List<String> all = new ArrayList<>(List.of(endpoints(Side.OLD, origin)));
    all.addAll(List.of(lines));
    return all.toArray(String[]::new);
  }

  private static String listen(Object... addresses) {
    List<String> entries = new ArrayList<>();
    for (Object address : addresses) {
      String text = address instanceof Integer port ? "127.0.0.1:" + port : address.toString();
      entries.add("{ address = \"" + text + "\" }");
    }
    return "listen = [" + String.join(", ", entries) + "]";
  }

  private static int get(int port) throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      return client.get("/").status();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "auto"})
  void anAddressThatIsAddedIsServedAndOneThatStaysLosesNothing(String transport) throws Exception {
    RunningProxyFixture proxy = proxy("transport = " + transport, listen(kept));
    PlainHttpClient client = opened.add(new PlainHttpClient(kept));
    assertThat(client.get("/").status()).isEqualTo(200);
    assertThatThrownBy(() -> get(other)).isInstanceOf(ConnectException.class);

    proxy.reconfigure(lines("transport = " + transport, listen(other, kept)));
    assertThat(get(other)).isEqualTo(200);
    assertThat(get(kept)).isEqualTo(200);
    assertThat(client.get("/").status()).as("on its connection").isEqualTo(200);

    proxy.reconfigure(lines("transport = " + transport, listen(kept)));
    // With nio the kernel closes the socket in the loop's next turn: who comes before is reset.
    assertThatThrownBy(() -> get(other)).isInstanceOf(SocketException.class);
    assertThat(client.get("/").status()).as("still on it").isEqualTo(200);
  }

  @Test
  void aConnectionOutlivesTheAddressItCameBy() throws Exception {
    RunningProxyFixture proxy = proxy(listen(kept, other));
    PlainHttpClient client = opened.add(new PlainHttpClient(other));
    assertThat(client.get("/").status()).isEqualTo(200);
    proxy.reconfigure(lines(listen(kept)));
    assertThat(client.get("/").status()).isEqualTo(200);
    assertThatThrownBy(() -> get(other)).isInstanceOf(ConnectException.class);
  }

  @Test
  void aSocketFileComesAndGoesWithItsAddress() throws Exception {
    Path socket = folder.resolve("s");
    RunningProxyFixture proxy = proxy(listen(kept));
    proxy.reconfigure(lines(listen(kept, "unix:" + socket)));
    assertThat(UnixClient.get(socket, "/")).startsWith("HTTP/1.1 200 ");
    proxy.reconfigure(lines(listen(kept)));
    assertThat(socket).doesNotExist();
  }

  @Test
  void anAddressThatIsTakenLeavesAllAsItWas() throws Exception {
    RunningProxyFixture proxy = proxy(listen(kept));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> proxy.reconfigure(lines(listen(other, port))))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
    assertThat(get(kept)).isEqualTo(200);
    assertThatThrownBy(() -> get(other)).isInstanceOf(ConnectException.class);
    proxy.reconfigure(lines(listen(kept, other)));
    assertThat(get(other)).as("it was let go of").isEqualTo(200);
  }

  @Test
  void whatWasPreparedAndGivenUpIsNotServed() throws Exception {
    RunningProxyFixture proxy = proxy(listen(kept));
    ServerSettings wanted = settings(listen(kept, other));
    ProxyServer.Change change = proxy.server().prepare(wanted);
    WireClient early = opened.add(WireClient.to(other)).send(GET);
    change.abandon();
    assertThat(early.readToEnd()).isEmpty();
    assertThat(origin.seen()).isEmpty();
    assertThat(get(kept)).isEqualTo(200);
  }

  @Test
  void whoComesBeforeTheChangeIsInForceWaitsForIt() throws Exception {
    RunningProxyFixture proxy = proxy(listen(kept));
    ProxyServer.Change change = proxy.server().prepare(settings(listen(kept, other)));
    WireClient early = opened.add(WireClient.to(other)).send(GET);
    change.takeEffect();
    assertThat(early.readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aDrainingProxyOpensNothingAnew() throws Exception {
    RunningProxyFixture proxy = proxy(listen(kept));
    ProxyServer.Change change = proxy.server().prepare(settings(listen(kept, other)));
    proxy.server().drain().get();
    change.takeEffect();
    assertThatThrownBy(() -> get(other)).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> get(kept)).isInstanceOf(ConnectException.class);
  }

  private ServerSettings settings(String line) throws Exception {
    Path file = folder.resolve("other.conf");
    Files.writeString(file, "crossfade." + line + "\n");
    return dev.crossfade.config.ConfigFile.load(file).server();
  }

  // ---- certificates

  private String tlsListener() {
    return "listen = [{ address = \"127.0.0.1:"
        + kept
        + "\", tls { certificate = \"my.pem\", key = \"my.key\" } }]";
  }

  private void certificate(String name) throws IOException {
    for (String end : List.of(".pem", ".key")) {
      Files.copy(
          CERTIFICATES.resolve(name + end),
          folder.resolve("my" + end),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static X509Certificate read(String name) throws Exception {
    try (var in = Files.newInputStream(CERTIFICATES.resolve(name + ".pem"))) {
      return (X509Certificate)
          java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private SSLSocket handshake() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), kept);
    socket.startHandshake();
    return opened.add(socket);
  }

  @Test
  void newHandshakesGetTheNewCertificateAndOldConnectionsStay() throws Exception {
    certificate("server");
    RunningProxyFixture proxy = proxy(tlsListener());
    SSLSocket before = handshake();
    WireClient client = opened.add(WireClient.over(before));
    assertThat(before.getSession().getPeerCertificates()[0]).isEqualTo(read("server"));
    client.send(GET).readUntil("\r\n\r\nold");

    certificate("rsa");
    assertThat(handshake().getSession().getPeerCertificates()[0])
        .as("until the reload")
        .isEqualTo(read("server"));
    proxy.reconfigure(lines(tlsListener()));
    assertThat(handshake().getSession().getPeerCertificates()[0]).isEqualTo(read("rsa"));
    assertThat(client.send(GET).readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
  }

  /** Of a chain the first to expire counts: clients then refuse all of it. */
  @Test
  void whenCertificatesExpireIsToldOfThoseInForce() throws Exception {
    String listener = "127.0.0.1:" + kept;
    certificate("server");
    RunningProxyFixture proxy = proxy(tlsListener());
    assertThat(proxy.server().certificateExpiries())
        .isEqualTo(Map.of(listener, Instant.parse("2126-10-29T07:06:35Z")));

    Path issuer = CERTIFICATES.resolveSibling("../upstream/expired.pem").normalize();
    Files.writeString(
        folder.resolve("my.pem"), Files.readString(issuer), StandardOpenOption.APPEND);
    assertThat(proxy.server().certificateExpiries())
        .as("until the reload")
        .isEqualTo(Map.of(listener, Instant.parse("2126-10-29T07:06:35Z")));
    proxy.reconfigure(lines(tlsListener()));
    assertThat(proxy.server().certificateExpiries())
        .isEqualTo(Map.of(listener, Instant.parse("2021-01-01T00:00:00Z")));

    proxy.reconfigure(lines(listen(kept)));
    assertThat(proxy.server().certificateExpiries()).isEmpty();
  }

  @Test
  void anAddressChangesBetweenCleartextAndTlsWithoutBeingClosed() throws Exception {
    certificate("server");
    RunningProxyFixture proxy = proxy(listen(kept));
    PlainHttpClient client = opened.add(new PlainHttpClient(kept));
    client.get("/");
    proxy.reconfigure(lines(tlsListener()));
    assertThat(client.get("/").status()).as("on its connection").isEqualTo(200);
    WireClient secure = opened.add(WireClient.over(handshake()));
    assertThat(secure.send(GET).readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
    proxy.reconfigure(lines(listen(kept)));
    assertThat(get(kept)).isEqualTo(200);
  }

  // ---- limits and timeouts

  @Test
  void newLimitsHoldForNewConnections() throws Exception {
    RunningProxyFixture proxy = proxy(listen(kept));
    PlainHttpClient before = opened.add(new PlainHttpClient(kept));
    PlainHttpClient.Field large = new PlainHttpClient.Field("X-Large", "x".repeat(2000));
    assertThat(before.request("GET", "/", List.of(large), null).status()).isEqualTo(200);

    proxy.reconfigure(lines(listen(kept), "limits.head = 1KiB"));
    try (PlainHttpClient after = new PlainHttpClient(kept)) {
      assertThat(after.request("GET", "/", List.of(large), null).status()).isEqualTo(431);
    }
    assertThat(before.request("GET", "/", List.of(large), null).status()).isEqualTo(200);

    proxy.reconfigure(lines(listen(kept), "limits.head = 64KiB", "limits.request-line = 32KiB"));
    try (PlainHttpClient after = new PlainHttpClient(kept)) {
      assertThat(after.get("/" + "x".repeat(20_000)).status()).isEqualTo(200);
    }
  }

  @Test
  void connectionsThatAreThereCountForALimitThatComes() throws Exception {
    RunningProxyFixture proxy = proxy(listen(kept));
    PlainHttpClient first = opened.add(new PlainHttpClient(kept));
    first.get("/");
    proxy.reconfigure(lines(listen(kept), "limits.connections = 1"));
    assertThat(get(kept)).isEqualTo(503);
    assertThat(first.get("/").status()).isEqualTo(200);
    proxy.reconfigure(lines(listen(kept)));
    assertThat(get(kept)).isEqualTo(200);
  }
}
