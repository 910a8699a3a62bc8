package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.Http2RawClient;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who has our last word is read on, or it would be taken away by a reset (RFC 9112 §9.6). */
class ConnectionEndTest {
  /** Less than the time for which a client may be silent. */
  private static final Duration SHORT = Duration.ofMillis(1900);

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder, "timeouts.keep-alive = 1s");

  @BeforeEach
  void startOrigin() {
    wire.origin(Side.OLD);
  }

  /** What ends a connection, and how the answer to it begins. */
  static Stream<Arguments> endings() {
    ByteArrayOutputStream http2 = new ByteArrayOutputStream();
    http2.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    http2.writeBytes(Http2RawClient.frameBytes(Http2RawClient.SETTINGS, 0, 0, new byte[0]));
    // A PING is of no stream.
    http2.writeBytes(Http2RawClient.frameBytes(Http2RawClient.PING, 0, 1, new byte[8]));
    return Stream.of(
        Arguments.of("HTTP/1", "GET / HTTP/9.9\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)),
        Arguments.of("HTTP/2", http2.toByteArray()));
  }

  private WireClient ended(RunningProxyFixture proxy, byte[] by) throws IOException {
    WireClient client = wire.connect(proxy);
    assertThat(client.send(by).readToEnd()).isNotEmpty();
    return client;
  }

  /** A short time passes, and is noticed: idle connections may last for less. */
  private void shortTime(RunningProxyFixture proxy) throws IOException {
    WireClient idle = wire.connect(proxy);
    try (PlainHttpClient other = proxy.client()) {
      other.get("/round-trip");
    }
    proxy.ticker().advance(SHORT);
    idle.readToEnd();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endings")
  void whoSendsOnIsReadOnUntilItIsSilent(String protocol, byte[] by) throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    WireClient client = ended(proxy, by);
    for (int i = 0; i < 3; i++) {
      // Sending would fail behind a reset.
      client.send("x");
      shortTime(proxy);
    }
    client.send("x");
    shortTime(proxy);
    shortTime(proxy);
    await().until(() -> proxy.server().connections() == 0);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endings")
  void whoSendsOnWithoutEndIsCutOff(String protocol, byte[] by) throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    WireClient client = ended(proxy, by);
    int times = 0;
    try {
      while (times < 100) {
        client.send("x");
        shortTime(proxy);
        times++;
      }
    } catch (IOException reset) {
      // As it should.
    }
    assertThat(SHORT.multipliedBy(times).toSeconds()).isBetween(28L, 36L);
  }
}
