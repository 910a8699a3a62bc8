package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.Transport;
import dev.crossfade.net.TransportKind;
import dev.crossfade.testing.ChildProcess;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many connections that come at once must not wait for those that are there, turn after turn. */
class BurstOfConnectionsTest {
  private static final int BURST = 200;

  @ParameterizedTest
  @EnumSource(names = {"EPOLL", "NIO"})
  void aBurstIsAcceptedInOneTurnOfTheLoop(TransportKind kind) throws Exception {
    Transport transport = Transport.open(kind, 1);
    AtomicInteger accepted = new AtomicInteger();
    CompletableFuture<Integer> inFirstTurn = new CompletableFuture<>();
    Listeners listeners =
        new Listeners(
            transport,
            (connection, entrance) -> {
              if (accepted.getAndIncrement() == 0) {
                // Tasks run when the turn's events are done.
                connection.eventLoop().execute(() -> inFirstTurn.complete(accepted.get()));
              }
            });
    List<Socket> clients = new ArrayList<>();
    int port = ChildProcess.freePort();
    try {
      Listeners.Change opened =
          listeners.prepare(List.of(new ListenerSettings("127.0.0.1:" + port, null, false)));
      for (int i = 0; i < BURST; i++) {
        clients.add(new Socket(InetAddress.getByName("127.0.0.1"), port));
      }
      opened.takeEffect();
      assertThat(inFirstTurn.get(10, TimeUnit.SECONDS)).isEqualTo(BURST);
    } finally {
      listeners.close();
      for (Socket client : clients) {
        client.close();
      }
      transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5000);
    }
  }
}
