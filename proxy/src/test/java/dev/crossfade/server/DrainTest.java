package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a proxy that loses nobody's request. */
class DrainTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin origin = wire.origin(Side.OLD);

  private static void busyUntil(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void withoutConnectionsItIsOverAtOnce() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    proxy.server().drain().get(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> wire.connect(proxy)).isInstanceOf(IOException.class);
  }

  /**
   * A connection that has been accepted is nowhere but in its event loop's queue until that loop
   * has a moment for it, so until then nobody can say that there is none.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void itIsNotOverBeforeAllEventLoopsHaveLookedAtWhatWasAccepted(int busyLoop) throws Exception {
    RunningProxyFixture proxy = wire.proxy("event-loops = 2");
    CountDownLatch busy = new CountDownLatch(1);
    AtomicBoolean looked = new AtomicBoolean();
    EventExecutor loop = proxy.loops().get(busyLoop);
    loop.execute(() -> busyUntil(busy));
    loop.execute(() -> looked.set(true));
    AtomicBoolean overTooEarly = new AtomicBoolean();
    CompletableFuture<Void> over = new CompletableFuture<>();
    Thread drains =
        new Thread(
            () ->
                proxy
                    .server()
                    .drain()
                    .whenComplete(
                        (drained, failure) -> {
                          overTooEarly.set(!looked.get());
                          over.complete(null);
                        }));
    drains.start();
    // The loop that listens is one of the two: its listener can't be closed while it is busy.
    await().until(() -> !drains.isAlive() || drains.getState() == Thread.State.WAITING);
    busy.countDown();
    over.get(10, TimeUnit.SECONDS);
    assertThat(overTooEarly).isFalse();
  }

  @Test
  void idleConnectionsAreClosedAndRequestsUnderWayFinishWithClose() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    WireClient idle = wire.connect(proxy).send(GET);
    idle.readUntil("\r\n\r\nold");
    origin.hold();
    WireClient busy = wire.connect(proxy).send(GET);
    WireClient pipelined = wire.connect(proxy).send(GET + GET);
    await().until(() -> origin.seen().size() == 3);

    CompletableFuture<Void> drained = proxy.server().drain();
    assertThat(idle.readToEnd()).isEmpty();
    assertThat(drained).isNotDone();
    origin.release();
    assertThat(busy.readToEnd())
        .startsWith("HTTP/1.1 200 ")
        .contains("Connection: close\r\n")
        .endsWith("old");
    assertThat(pipelined.readToEnd()).startsWith("HTTP/1.1 200 ").endsWith("old");
    busy.close();
    pipelined.close();
    drained.get(10, TimeUnit.SECONDS);
    assertThat(proxy.server().connections()).isZero();
  }

  @Test
  void aRequestWhoseHeadIsStillComingInIsServed() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    WireClient slow = wire.connect(proxy).send("GET / HTTP/1.1\r\nHo");
    try (WireClient other = WireClient.to(proxy.port())) {
      other.send(GET).readUntil("\r\n\r\nold");
    }
    CompletableFuture<Void> drained = proxy.server().drain();
    slow.send("st: a\r\n\r\n");
    assertThat(slow.readToEnd()).contains("Connection: close\r\n").endsWith("old");
    slow.close();
    drained.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aBodyThatIsStillComingInIsTakenToItsEnd() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    WireClient slow =
        wire.connect(proxy).send("POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    await().until(() -> origin.open() == 1);
    CompletableFuture<Void> drained = proxy.server().drain();
    slow.send("def");
    assertThat(slow.readToEnd()).endsWith("old");
    assertThat(origin.last().body()).isEqualTo("abcdef");
    slow.close();
    drained.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aConnectionThatSaysWhoItIsOnlyWhenTheDrainHasBegunDoesNotHoldItUp() throws Exception {
    RunningProxyFixture proxy = wire.proxy(RunningProxyFixture.listener(", proxy-protocol = on"));
    String header = "PROXY TCP4 192.0.2.1 198.51.100.1 1 443\r\n";
    WireClient asks = wire.connect(proxy).send("PROXY TCP4");
    WireClient idles = wire.connect(proxy).send("PROXY TCP4");
    try (WireClient other = WireClient.to(proxy.port())) {
      other.send(header + GET).readUntil("\r\n\r\nold");
    }
    await().until(() -> proxy.server().connections() == 0);
    proxy.server().drain();
    idles.send(header.substring("PROXY TCP4".length()));
    asks.send(header.substring("PROXY TCP4".length()) + GET);
    assertThat(asks.readToEnd()).contains("Connection: close\r\n").endsWith("old");
    proxy.ticker().advance(Duration.ofSeconds(5));
    assertThat(idles.readToEnd()).isEmpty();
  }

  @Test
  void closingEndsWhatIsLeft() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    origin.hold();
    WireClient busy = wire.connect(proxy).send(GET);
    await().until(() -> origin.seen().size() == 1);
    CompletableFuture<Void> drained = proxy.server().drain();
    proxy.server().close();
    assertThat(busy.readToEnd()).isEmpty();
    drained.get(10, TimeUnit.SECONDS);
    await().until(() -> origin.open() == 1);
    assertThat(proxy.tally().of("status 499")).isEqualTo(1);
  }
}
