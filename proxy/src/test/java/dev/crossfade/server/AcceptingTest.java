package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.Transport;
import dev.crossfade.net.TransportKind;
import dev.crossfade.testing.Opened;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How connections that wait in the kernel are taken out of it. */
class AcceptingTest {
  private static final int WAITING = 40;

  @RegisterExtension final Opened opened = new Opened();

  private final AtomicInteger accepted = new AtomicInteger();
  private final CompletableFuture<Integer> inOneTurn = new CompletableFuture<>();

  /** What a loop does besides is done once a turn, so a turn must not take just one of many. */
  @ParameterizedTest
  @EnumSource(
      value = TransportKind.class,
      names = {"EPOLL", "NIO"})
  void manyThatWaitAreAcceptedInOneTurnOfTheLoop(TransportKind kind) throws Exception {
    assumeTrue(kind != TransportKind.EPOLL || Epoll.isAvailable(), "epoll works here");
    Transport transport = Transport.open(kind, 1);
    opened.add(
        () -> transport.group().shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly());
    Listeners listeners = new Listeners(transport, this::count);
    String address =
        listeners
            .prepare(List.of(new ListenerSettings("127.0.0.1:0", null, false, true)))
            .takeEffect()
            .get(0);
    opened.add(listeners::close);
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));

    CountDownLatch allWait = new CountDownLatch(1);
    transport.group().next().execute(() -> awaitQuietly(allWait));
    for (int i = 0; i < WAITING; i++) {
      opened.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }
    allWait.countDown();

    assertThat(inOneTurn.get(10, TimeUnit.SECONDS)).isGreaterThan(1);
  }

  /** Tasks run behind all that a turn has brought in. */
  private void count(Channel connection, Entrance entrance) {
    if (accepted.incrementAndGet() == 1) {
      connection.eventLoop().execute(() -> inOneTurn.complete(accepted.get()));
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
