package dev.crossfade.loadtest.kills;

import dev.crossfade.loadtest.RunningProxy;
import dev.crossfade.loadtest.StartedProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One proxy, two origins that are killed in turn, and clients that go on.
 *
 * @param up how long both are up before the next is killed
 * @param down how long one is gone
 */
record KillRun(Path launcher, int kills, int clients, Duration up, Duration down) {
  /**
   * What came of it.
   *
   * @param requests in all
   * @param gets that failed and might have been sent again
   * @param getsOnFresh that failed on a fresh connection, so that nobody may send them again
   * @param posts that failed
   * @param postsTwice that arrived more than once
   * @param requestsPerSecond over the whole run
   * @param getsBy what those GETs were told: a status, or that they were cut off
   */
  record Outcome(
      long requests,
      long gets,
      long getsOnFresh,
      long posts,
      long postsTwice,
      long requestsPerSecond,
      Map<String, Integer> getsBy) {}

  /**
   * Runs it to the end.
   *
   * @throws IOException if the proxy does not start
   */
  @SuppressWarnings("try") // it is there, and that is all
  Outcome with(Contestant contestant) throws IOException, InterruptedException {
    Ledger ledger = new Ledger();
    KillableOrigin[] origins = {new KillableOrigin(ledger), new KillableOrigin(ledger)};
    Contestant.Ports ports =
        new Contestant.Ports(freePort(), origins[0].port(), origins[1].port(), freePort());
    try (StartedProgram proxy =
        StartedProgram.start(
            contestant.label(),
            folder -> contestant.command(folder, launcher, ports),
            started -> answers(ports.traffic()),
            RunningProxy.START)) {
      return measure(origins, ledger, ports.traffic());
    } finally {
      for (KillableOrigin origin : origins) {
        origin.kill();
      }
    }
  }

  private Outcome measure(KillableOrigin[] origins, Ledger ledger, int port)
      throws IOException, InterruptedException {
    boolean[] over = {false};
    List<KeepAliveClient> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      KeepAliveClient client = new KeepAliveClient(i, port, () -> isOver(over));
      all.add(client);
      Thread thread = new Thread(client, "client");
      threads.add(thread);
      thread.start();
    }
    for (int i = 0; i < kills; i++) {
      Thread.sleep(up.toMillis());
      origins[i % 2].kill();
      Thread.sleep(down.toMillis());
      origins[i % 2].start();
    }
    Thread.sleep(up.toMillis());
    synchronized (over) {
      over[0] = true;
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long seconds = Math.max(1, (System.nanoTime() - began) / 1_000_000_000L);
    return outcome(all, ledger, seconds);
  }

  private static boolean isOver(boolean[] over) {
    synchronized (over) {
      return over[0];
    }
  }

  private static Outcome outcome(List<KeepAliveClient> all, Ledger ledger, long seconds) {
    long requests = 0;
    long gets = 0;
    long getsOnFresh = 0;
    long posts = 0;
    long unread = ledger.unreadConnections();
    Map<String, Integer> getsBy = new TreeMap<>();
    for (KeepAliveClient client : all) {
      requests += client.requests();
      for (KeepAliveClient.Failure failure : client.failures()) {
        if (failure.target().startsWith("/post")) {
          posts++;
        } else if (ledger.wasOnFreshConnection(failure.target())) {
          getsOnFresh++;
        } else if (unread > 0 && !ledger.hasArrived(failure.target())) {
          unread--;
          getsOnFresh++;
        } else {
          gets++;
          getsBy.merge(failure.what(), 1, Integer::sum);
        }
      }
    }
    return new Outcome(
        requests, gets, getsOnFresh, posts, ledger.twice("/post"), requests / seconds, getsBy);
  }

  private static boolean answers(int port) {
    try (Socket asked = new Socket(InetAddress.getLoopbackAddress(), port)) {
      asked.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return asked.getInputStream().read() == 'H';
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    return RunningProxy.freeAddress().getPort();
  }
}
