package dev.crossfade.server;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangesUnderLoadTest {
  private static final int CLIENTS = 64;
  private static final int CHANGES = 500;
  private static final int ROLLBACKS = 50;
  private static final int RELOADS = 20;

  @TempDir Path folder;

  /** Odd from the answer to a rollback until the next change is asked for. */
  private final AtomicInteger rollbacks = new AtomicInteger();

  private volatile boolean over;

  @Test
  void noRequestIsLostAndNoneThatBeginsAfterARollbackReachesNew() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RecordingOrigin young = RecordingOrigin.start("new");
        RunningProxyFixture proxy =
            RunningProxyFixture.start(folder, configuration(0, old, young))) {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(() -> visit(proxy)));
      }
      for (int change = 1; change <= CHANGES; change++) {
        proxy.percent(1 + change % 100);
        if (change % (CHANGES / RELOADS) == 0) {
          proxy.reconfigure(configuration(change, old, young));
        }
        if (change % (CHANGES / ROLLBACKS) == 0) {
          proxy.change(new PlanEdit.Rollback());
          rollbacks.incrementAndGet();
          // Requests are made while it stays so, and then it is left.
          awaitRequests(proxy, clients);
          rollbacks.incrementAndGet();
        }
      }
      over = true;
      int requests = 0;
      for (Future<Integer> client : clients) {
        requests += client.get();
      }
      assertThat(rollbacks.get()).isEqualTo(2 * ROLLBACKS);
      assertThat(requests).isGreaterThan(CLIENTS * ROLLBACKS);
      assertThat(young.seen()).as("new was reached in between").isNotEmpty();
      assertThat(proxy.tally().of("requests")).isEqualTo(requests);
      assertThat(proxy.tally().of("status 200")).isEqualTo(requests);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Another one each time: a rule, limits, a page, and a listener that comes and goes. */
  private String[] configuration(int change, RecordingOrigin old, RecordingOrigin young)
      throws Exception {
    boolean odd = change / (CHANGES / RELOADS) % 2 == 1;
    Files.writeString(folder.resolve("closed.html"), "closed " + change);
    List<String> lines =
        new ArrayList<>(
            List.of(
                "event-loops = 2",
                endpoints(Side.OLD, old),
                endpoints(Side.NEW, young),
                "pages.maintenance = closed.html",
                "limits.head = " + (odd ? 16 : 48) + "KiB",
                "rules = [{ name = r" + change + ", path = \"/r" + change + "\", side = old }]"));
    if (odd) {
      lines.add("listen += { address = \"unix:" + folder.resolve("extra.sock") + "\" }");
    }
    return lines.toArray(String[]::new);
  }

  private static void awaitRequests(RunningProxyFixture proxy, List<Future<Integer>> clients) {
    long seen = proxy.tally().of("requests");
    while (proxy.tally().of("requests") < seen + CLIENTS && !anyDone(clients)) {
      Thread.onSpinWait();
    }
  }

  private static boolean anyDone(List<Future<Integer>> clients) {
    return clients.stream().anyMatch(Future::isDone);
  }

  private int visit(RunningProxyFixture proxy) throws Exception {
    int requests = 0;
    try (PlainHttpClient client = proxy.client()) {
      while (!over) {
        int before = rollbacks.get();
        PlainHttpClient.Answer answer = client.get("/");
        requests++;
        assertThat(answer.status()).isEqualTo(200);
        boolean rolledBackThroughout = before % 2 == 1 && rollbacks.get() == before;
        if (rolledBackThroughout) {
          assertThat(answer.body()).isEqualTo("old");
        }
      }
    }
    return requests;
  }
}
