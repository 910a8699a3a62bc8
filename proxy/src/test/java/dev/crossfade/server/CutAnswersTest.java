package dev.crossfade.server;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that can't be completed must not look complete; one that is, must arrive. */
class CutAnswersTest {
  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = OnTheWire.withSilentOrigins(() -> folder);

  private final CompletableFuture<Void> goesOn = new CompletableFuture<>();

  /** Takes a request, sends that, and resets the connection when it is to. */
  private String resetsBehind(String sent) {
    RawOrigin origin =
        wire.add(
            new RawOrigin(
                c -> {
                  c.readRequest();
                  c.send(sent);
                  c.waitFor(goesOn);
                  c.reset();
                }));
    return endpoints(Side.OLD, origin.address());
  }

  private static void endsInDisorder(WireClient client) throws IOException {
    InputStream in = client.socket().getInputStream();
    assertThatThrownBy(
            () -> {
              while (in.read() >= 0) {
                // To the end.
              }
            })
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aBodyThatEndsWithTheConnectionUnderTls(String version) throws Exception {
    RunningProxyFixture proxy =
        wire.proxy(resetsBehind("HTTP/1.1 200 OK\r\n\r\nhalf"), LocalhostTls.listener(folder, ""));
    SSLSocket tls = LocalhostTls.over(version, wire.connect(proxy));
    WireClient client = WireClient.over(tls).send("GET / HTTP/1.0\r\n\r\n");
    client.readUntil("\r\n\r\nhalf");
    goesOn.complete(null);
    endsInDisorder(client);
  }

  /** The zero that asks whether the client is there may look like the last chunk. */
  @Test
  void chunksBehindWhichAZeroWasSent() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy(
            resetsBehind("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"));
    WireClient client = wire.connect(proxy).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.readUntil("half\r\n");
    client.socket().shutdownOutput();
    await()
        .until(
            () -> {
              proxy.ticker().advance(Duration.ofSeconds(1));
              return client.socket().getInputStream().available() > 0;
            });
    goesOn.complete(null);
    endsInDisorder(client);
  }

  /** Also while more is being read of who waits for the end of it. */
  @Test
  void anAnswerToARequestThatTurnsOutTooLarge() throws Exception {
    RawOrigin origin =
        wire.add(
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
                  c.waitFor(goesOn);
                }));
    RunningProxyFixture proxy =
        wire.proxy(endpoints(Side.OLD, origin.address()), "limits.body = 100KiB");
    for (int i = 0; i < 5; i++) {
      WireClient client = wire.connect(proxy);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.readUntil("ok\r\n");
      try {
        client.send(("ffff\r\n" + "z".repeat(0xffff) + "\r\n").repeat(2) + "0\r\n\r\n");
      } catch (IOException closedMeanwhile) {
        // It does not have to hear us out.
      }
      assertThat(client.readToEnd()).isEmpty();
    }
    goesOn.complete(null);
  }

  /** However much of it waits in the proxy when TLS ends, which in version 1.2 ends both ways. */
  @Test
  void whatAClientSendsLastThroughATunnelArrives() throws Exception {
    CyclicBarrier closed = new CyclicBarrier(2);
    BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
    RawOrigin slow =
        wire.add(
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.send(RawOrigin.SWITCHING);
                  meet(closed);
                  arrived.add(c.readBytes(Integer.MAX_VALUE).length);
                }));
    RunningProxyFixture proxy =
        wire.proxy(
            endpoints(Side.OLD, slow.address()),
            LocalhostTls.listener(folder, ""),
            "timeouts.write = 1h");
    int step = 160 * 1024;
    for (int length = step; length < 32 * step; length += step) {
      SSLSocket tls = LocalhostTls.over("TLSv1.2", wire.connect(proxy));
      WireClient client = WireClient.over(tls);
      client.send(WireClient.UPGRADE).readUntil("\r\n\r\n");
      client.send(new byte[length]);
      tls.close();
      for (int i = 0; i < 3; i++) {
        roundTrip(proxy);
      }
      meet(closed);
      assertThat(arrived.poll(30, TimeUnit.SECONDS)).isEqualTo(length);
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until the proxy has seen what was sent before. */
  private void roundTrip(RunningProxyFixture proxy) throws Exception {
    try (WireClient other = WireClient.over(LocalhostTls.over(wire.connect(proxy)))) {
      other.send("GET /enable-upgrade.html HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("</html>\n");
    }
  }
}
