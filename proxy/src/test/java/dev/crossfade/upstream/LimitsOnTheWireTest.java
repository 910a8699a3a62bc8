package dev.crossfade.upstream;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a side is given at a time, and what becomes of the rest. */
class LimitsOnTheWireTest {
  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private RecordingOrigin oldOne;
  private RecordingOrigin newOne;

  @BeforeEach
  void startOrigins() throws Exception {
    oldOne = opened.add(RecordingOrigin.start("old"));
    newOne = opened.add(RecordingOrigin.start("new"));
  }

  @AfterEach
  void stopClients() {
    clients.shutdownNow();
  }

  private RunningProxyFixture proxy(String... more) throws Exception {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add(endpoints(Side.OLD, oldOne));
    lines.add(endpoints(Side.NEW, newOne));
    return opened.add(RunningProxyFixture.start(folder, lines.toArray(String[]::new)));
  }

  private CompletableFuture<Answer> inBackground(
      RunningProxyFixture proxy, String target, Field... fields) {
    PlainHttpClient client = opened.add(proxy.client());
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return client.request("GET", target, List.of(fields), null);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        clients);
  }

  private static UpstreamView.EndpointView old(RunningProxyFixture proxy) {
    return proxy.upstreams().endpoints(Side.OLD).get(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void requestsWaitForAConnectionInTheirTurn(int loops) throws Exception {
    RunningProxyFixture proxy =
        proxy("upstreams.old.limits.connections = 2", "event-loops = " + loops);
    oldOne.hold();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(inBackground(proxy, "/" + i));
    }
    await().until(() -> old(proxy).condition().waiting() == 8);
    await().until(() -> oldOne.seen().size() == 2);
    assertThat(old(proxy).active()).as("connections in use").isEqualTo(2);
    oldOne.release();
    for (CompletableFuture<Answer> answer : answers) {
      assertThat(answer.get().status()).isEqualTo(200);
    }
    assertThat(oldOne.open()).isLessThanOrEqualTo(2);
    assertThat(old(proxy).condition().waiting()).isZero();
    assertThat(old(proxy).active()).isZero();
  }

  @Test
  void whoWouldWaitBehindTooManyIsTurnedAwayAtOnce() throws Exception {
    RunningProxyFixture proxy =
        proxy(
            "upstreams.old.limits.connections = 1",
            "upstreams.old.limits.waiting = 1",
            "retry-after = 3s");
    oldOne.hold();
    CompletableFuture<Answer> first = inBackground(proxy, "/first");
    await().until(() -> oldOne.seen().size() == 1);
    CompletableFuture<Answer> second = inBackground(proxy, "/second");
    await().until(() -> old(proxy).condition().waiting() == 1);
    Answer third = inBackground(proxy, "/third").get();
    assertThat(third.status()).isEqualTo(503);
    assertThat(third.field("Retry-After")).hasValue("3");
    assertThat(proxy.tally().of("rejected overload")).isEqualTo(1);
    oldOne.release();
    assertThat(first.get().status()).isEqualTo(200);
    assertThat(second.get().status()).isEqualTo(200);
  }

  @Test
  void whoHasWaitedTooLongIsTurnedAway() throws Exception {
    RunningProxyFixture proxy =
        proxy("upstreams.old.limits.connections = 1", "upstreams.old.limits.waiting-time = 2s");
    oldOne.hold();
    CompletableFuture<Answer> first = inBackground(proxy, "/first");
    await().until(() -> oldOne.seen().size() == 1);
    CompletableFuture<Answer> second = inBackground(proxy, "/second");
    await().until(() -> old(proxy).condition().waiting() == 1);
    proxy.ticker().advance(Duration.ofSeconds(3));
    assertThat(second.get().status()).isEqualTo(503);
    assertThat(old(proxy).condition().waiting()).isZero();
    oldOne.release();
    assertThat(first.get().status()).isEqualTo(200);
    assertThat(inBackground(proxy, "/third").get().status()).isEqualTo(200);
  }

  @Test
  void aConnectionThatBreaksMakesRoomForTheNext() throws Exception {
    RunningProxyFixture proxy = proxy("upstreams.old.limits.connections = 1", "event-loops = 2");
    oldOne.answering(
        r ->
            r.target().equals("/broken") ? RecordingOrigin.HANGS_UP : RecordingOrigin.ok("", "ok"));
    oldOne.hold();
    CompletableFuture<Answer> first = inBackground(proxy, "/broken");
    await().until(() -> oldOne.seen().size() == 1);
    List<CompletableFuture<Answer>> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      others.add(inBackground(proxy, "/good"));
    }
    await().until(() -> old(proxy).condition().waiting() == 4);
    oldOne.release();
    assertThat(first.get().status()).isEqualTo(502);
    for (CompletableFuture<Answer> other : others) {
      assertThat(other.get().status()).isEqualTo(200);
    }
  }

  @Test
  void aSideThatHangsDoesNotDragTheOtherAlong() throws Exception {
    RunningProxyFixture proxy = proxy("upstreams.new.limits.requests = 20", "failover = off");
    Field toNew = new Field("Cookie", "upgrade=1");
    newOne.hold();
    List<CompletableFuture<Answer>> hanging = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      hanging.add(inBackground(proxy, "/hangs", toNew));
    }
    await().until(() -> newOne.seen().size() == 20);
    List<CompletableFuture<Answer>> tooMany = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tooMany.add(inBackground(proxy, "/too-many", toNew));
    }
    for (CompletableFuture<Answer> answer : tooMany) {
      assertThat(answer.get().status()).isEqualTo(503);
      assertThat(answer.get().field("Retry-After")).isPresent();
    }
    PlainHttpClient onOld = opened.add(proxy.client());
    for (int i = 0; i < 100; i++) {
      assertThat(onOld.get("/").body()).isEqualTo("old");
    }
    assertThat(proxy.tally().of("rejected overload")).isEqualTo(10);
    newOne.release();
    for (CompletableFuture<Answer> answer : hanging) {
      assertThat(answer.get().status()).isEqualTo(200);
    }
    assertThat(inBackground(proxy, "/again", toNew).get().status()).isEqualTo(200);
  }

  @Test
  void aConnectionIsReplacedAfterItsRequestsAndAtItsAge() throws Exception {
    RunningProxyFixture proxy = proxy("pool.requests-per-connection = 3", "pool.max-age = 10s");
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < 6; i++) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(oldOne.accepted()).isEqualTo(2);
    client.get("/");
    assertThat(oldOne.accepted()).isEqualTo(3);
    proxy.ticker().advance(Duration.ofSeconds(11));
    await().until(() -> oldOne.open() == 0);
    client.get("/");
    assertThat(oldOne.accepted()).isEqualTo(4);
  }
}
