package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.UnixClient;
import dev.crossfade.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Listening sockets of all kinds, and how many connections they take. */
class ListenersTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final byte[] V2_SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin origin = wire.origin(Side.OLD);

  private RunningProxyFixture behindLoadBalancer(String... lines) throws Exception {
    List<String> all = new ArrayList<>();
    all.add(RunningProxyFixture.listener(", proxy-protocol = on"));
    all.addAll(List.of(lines));
    return wire.proxy(all.toArray(String[]::new));
  }

  // ---- limits

  @Test
  void aConnectionTooManyIsAnswered503WithRetryAfterAndCounted() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.connections = 2", "retry-after = 9s");
    PlainHttpClient first = wire.client(proxy);
    PlainHttpClient second = wire.client(proxy);
    assertThat(first.get("/").status()).isEqualTo(200);
    assertThat(second.get("/").status()).isEqualTo(200);

    String refused = wire.connect(proxy).send(GET).readToEnd();
    assertThat(refused)
        .startsWith("HTTP/1.1 503 ")
        .contains("Retry-After: 9\r\n", "Connection: close\r\n", "application/problem+json");
    assertThat(proxy.tally().of("rejected capacity")).isEqualTo(1);
    assertThat(first.get("/").status()).isEqualTo(200);

    first.close();
    await().until(() -> proxy.server().connections() == 1);
    assertThat(wire.client(proxy).get("/").status()).isEqualTo(200);
  }

  @Test
  void whoIsTurnedAwayAndStaysIsClosed() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.connections = 1");
    wire.client(proxy).get("/");
    WireClient turnedAway = wire.connect(proxy);
    turnedAway.readUntil("}\n");
    proxy.ticker().advance(Duration.ofSeconds(3));
    assertThat(turnedAway.readToEnd()).isEmpty();
    // Only a closed connection refuses what is written to it.
    await()
        .until(
            () -> {
              try {
                turnedAway.send("x");
                return false;
              } catch (IOException e) {
                return true;
              }
            });
  }

  @Test
  void oneClientCantTakeAllConnections() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.connections-per-client = 1");
    PlainHttpClient first = wire.client(proxy);
    assertThat(first.get("/").status()).isEqualTo(200);
    assertThat(wire.connect(proxy).send(GET).readToEnd()).startsWith("HTTP/1.1 503 ");
    first.close();
    await().until(() -> proxy.server().connections() == 0);
    assertThat(wire.client(proxy).get("/").status()).isEqualTo(200);
  }

  @Test
  void behindALoadBalancerClientsAreCountedAndNotTheBalancer() throws Exception {
    RunningProxyFixture proxy = behindLoadBalancer("limits.connections-per-client = 1");
    for (String client : List.of("192.0.2.1", "192.0.2.2", "192.0.2.3")) {
      assertThat(wire.connect(proxy).send(v1(client) + GET).readUntil("\r\n\r\nold"))
          .startsWith("HTTP/1.1 200 ");
    }
    assertThat(wire.connect(proxy).send(v1("192.0.2.2") + GET).readToEnd())
        .startsWith("HTTP/1.1 503 ");
  }

  // ---- PROXY protocol

  private static String v1(String client) {
    return "PROXY TCP4 " + client + " 198.51.100.1 56324 443\r\n";
  }

  private static byte[] v2(int command, int family, byte[] addresses) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(V2_SIGNATURE);
    header.write(0x20 | command);
    header.write(family);
    header.writeBytes(ByteBuffer.allocate(2).putShort((short) addresses.length).array());
    header.writeBytes(addresses);
    return header.toByteArray();
  }

  private String forwardedFor() {
    return origin.last().fields("X-Forwarded-For").get(0);
  }

  @Test
  void theProxyProtocolTellsWhoTheClientIs() throws Exception {
    RunningProxyFixture proxy = behindLoadBalancer();
    wire.connect(proxy).send(v1("192.0.2.7") + GET).readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("192.0.2.7");

    wire.connect(proxy)
        .send("PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n" + GET)
        .readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("2001:db8::7");

    byte[] tcp4 = {(byte) 203, 0, 113, 9, 10, 0, 0, 1, (byte) 0xdc, 4, 1, (byte) 0xbb};
    wire.connect(proxy).send(v2(1, 0x11, tcp4)).send(GET).readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("203.0.113.9");
  }

  @Test
  void aBalancersOwnHealthCheckIsServedAsItself() throws Exception {
    RunningProxyFixture proxy = behindLoadBalancer();
    wire.connect(proxy).send(v2(0, 0x00, new byte[0])).send(GET).readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("127.0.0.1");
    wire.connect(proxy).send("PROXY UNKNOWN\r\n" + GET).readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("127.0.0.1");
  }

  @Test
  void aHeaderInManyPiecesIsAsGoodAsOneInOne() throws Exception {
    RunningProxyFixture proxy = behindLoadBalancer();
    WireClient client = wire.connect(proxy);
    for (char c : (v1("192.0.2.8") + GET).toCharArray()) {
      client.send(String.valueOf(c));
    }
    client.readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("192.0.2.8");
    client.send(GET).readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("192.0.2.8");
  }

  @Test
  void withoutAValidProxyHeaderTheConnectionIsClosedUnanswered() throws Exception {
    RunningProxyFixture proxy = behindLoadBalancer();
    for (String garbage :
        List.of(
            GET,
            "PROXY TCP4 not-an-address 198.51.100.1 1 2\r\n" + GET,
            "PROXY TCP4 192.0.2.1 198.51.100.1 99999 443\r\n" + GET,
            "PROXY " + "x".repeat(200) + "\r\n" + GET)) {
      assertThat(wire.connect(proxy).send(garbage).readToEnd()).as(garbage).isEmpty();
    }
    assertThat(origin.seen()).isEmpty();
  }

  @Test
  void aProxyHeaderThatDoesNotComeInTimeClosesTheConnection() throws Exception {
    RunningProxyFixture proxy = behindLoadBalancer("timeouts.head = 5s");
    WireClient silent = wire.connect(proxy);
    WireClient slow = wire.connect(proxy).send("PROXY TCP4 192");
    // Both must have been accepted before time passes.
    wire.connect(proxy).send(v1("192.0.2.1") + GET).readUntil("\r\n\r\nold");
    proxy.ticker().advance(Duration.ofSeconds(6));
    assertThat(silent.readToEnd()).isEmpty();
    assertThat(slow.readToEnd()).isEmpty();
  }

  // ---- TLS

  @Test
  void tlsIsServedAndTheApplicationToldOfIt() throws Exception {
    RunningProxyFixture proxy = wire.proxy(LocalhostTls.listener(folder, ""));
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      SSLSocket socket = LocalhostTls.over(version, wire.connect(proxy));
      WireClient client = wire.add(WireClient.over(socket));
      String answer = client.send(GET).readUntil("\r\n\r\nold");
      assertThat(answer).contains("Set-Cookie: crossfade=").contains("; Secure\r\n");
      assertThat(client.send(GET).readUntil("\r\n\r\nold")).startsWith("HTTP/1.1 200 ");
      assertThat(origin.last().fields("X-Forwarded-Proto")).containsExactly("https");
    }
  }

  @Test
  void tlsComesBehindTheProxyProtocol() throws Exception {
    RunningProxyFixture proxy = wire.proxy(LocalhostTls.listener(folder, ", proxy-protocol = on"));
    WireClient plain = wire.connect(proxy).send(v1("192.0.2.5"));
    WireClient client = wire.add(WireClient.over(LocalhostTls.over(plain)));
    client.send(GET).readUntil("\r\n\r\nold");
    assertThat(forwardedFor()).isEqualTo("192.0.2.5");
  }

  @Test
  void cleartextOnATlsPortIsNotServed() throws Exception {
    RunningProxyFixture proxy = wire.proxy(LocalhostTls.listener(folder, ""));
    assertThat(wire.connect(proxy).send(GET).readToEnd()).doesNotContain("HTTP/1.1 200");
    assertThat(origin.seen()).isEmpty();
  }

  // ---- addresses

  @Test
  void anAddressThatIsTakenIsNamedAndNothingStaysOpen() throws Exception {
    int free = ChildProcess.freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  wire.proxy(
                      "listen = [{ address = \"127.0.0.1:"
                          + free
                          + "\" }, { address = \"127.0.0.1:"
                          + taken.getLocalPort()
                          + "\" }]"))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
    new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void aSocketFileThatAKilledProcessLeftIsReplacedAndALiveOneIsNot() throws Exception {
    Path dead = folder.resolve("dead.sock");
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(dead));
    }
    assertThat(dead).exists();
    RunningProxyFixture proxy = wire.proxy("listen += { address = \"unix:" + dead + "\" }");
    assertThat(UnixClient.get(dead, "/")).startsWith("HTTP/1.1 200 ").endsWith("old");
    assertThat(proxy.addresses()).contains("unix:" + dead);
    assertThatThrownBy(() -> UnixSockets.clear(dead))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("already in use");

    Path file = Files.writeString(folder.resolve("file"), "precious", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> UnixSockets.clear(file)).isInstanceOf(BindException.class);
    assertThat(file).hasContent("precious");
  }

  @Test
  void aClientOfAUnixSocketHasNoAddressThatItCouldSay() throws Exception {
    Path socket = folder.resolve("in.sock");
    wire.proxy(
        "listen += { address = \"unix:" + socket + "\" }",
        "trusted-proxies = [\"0.0.0.0/0\", \"::/0\"]");
    UnixClient.get(socket, "/");
    assertThat(origin.last().fields("X-Forwarded-For")).containsExactly("unknown");
    assertThat(origin.last().fields("X-Forwarded-Proto")).containsExactly("http");
  }

  @Test
  void aReloadOfTrustedProxiesCountsForConnectionsThatAreThere() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient client = wire.client(proxy);
    List<Field> forwarded = List.of(new Field("X-Forwarded-For", "192.0.2.44"));
    client.request("GET", "/", forwarded, null);
    assertThat(forwardedFor()).isEqualTo("127.0.0.1");
    proxy.reconfigure(wire.lines("trusted-proxies = [\"127.0.0.0/8\"]"));
    client.request("GET", "/", forwarded, null);
    assertThat(forwardedFor()).isEqualTo("192.0.2.44, 127.0.0.1");
    proxy.reconfigure(wire.lines());
    client.request("GET", "/", forwarded, null);
    assertThat(forwardedFor()).isEqualTo("127.0.0.1");
  }
}
