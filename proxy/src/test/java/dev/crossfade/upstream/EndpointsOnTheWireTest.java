package dev.crossfade.upstream;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.plan.EndpointState;
import dev.crossfade.split.Side;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.UnixClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several endpoints, endpoints that go and come, failover, drain, and what stays open. */
class EndpointsOnTheWireTest {
  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private RecordingOrigin oldOne;
  private RecordingOrigin oldTwo;
  private RecordingOrigin newOne;

  @BeforeEach
  void startOrigins() throws Exception {
    oldOne = opened.add(RecordingOrigin.start("old one"));
    oldTwo = opened.add(RecordingOrigin.start("old two"));
    newOne = opened.add(RecordingOrigin.start("new one"));
  }

  private RunningProxyFixture proxy(String... lines) throws Exception {
    return opened.add(RunningProxyFixture.start(folder, lines));
  }

  private RunningProxyFixture twoOldOneNew(String... more) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(endpoints(Side.OLD, oldOne, oldTwo));
    lines.add(endpoints(Side.NEW, newOne));
    lines.addAll(List.of(more));
    return proxy(lines.toArray(String[]::new));
  }

  private static CompletableFuture<Answer> inBackground(PlainHttpClient client, String target) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return client.get(target);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void endpointsOfASideTakeTurns() throws Exception {
    RunningProxyFixture proxy = twoOldOneNew();
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < 10; i++) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(oldOne.seen()).hasSize(5);
    assertThat(oldTwo.seen()).hasSize(5);
    assertThat(newOne.seen()).isEmpty();
  }

  @Test
  void aFailedConnectIsTriedOnceMoreElsewhereEvenForAPost() throws Exception {
    RunningProxyFixture proxy = twoOldOneNew();
    oldOne.close();
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < 4; i++) {
      assertThat(client.post("/order", "n=" + i).body()).isEqualTo("old two");
    }
    assertThat(oldTwo.seen())
        .extracting(RecordingOrigin.Seen::body)
        .containsExactly("n=0", "n=1", "n=2", "n=3");
    assertThat(proxy.tally().of("retried")).isPositive();
    assertThat(proxy.tally().of("failure old connect")).isPositive();
  }

  @Test
  void anEndpointThatIsGoneIsLeftAloneAndComesBackByItself() throws Exception {
    RunningProxyFixture proxy = twoOldOneNew();
    oldOne.close();
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < 20; i++) {
      assertThat(client.get("/").body()).isEqualTo("old two");
    }
    assertThat(proxy.tally().of("failure old connect")).isEqualTo(1);
    await().until(() -> !view(proxy, Side.OLD, 0).healthy());
    assertThat(view(proxy, Side.OLD, 0).lastFailure()).isNotNull();

    RecordingOrigin back = opened.add(RecordingOrigin.start("back", oldOne.port()));
    await().until(() -> view(proxy, Side.OLD, 0).healthy());
    client.get("/");
    client.get("/");
    assertThat(back.seen()).hasSize(1);
  }

  private static UpstreamView.EndpointView view(RunningProxyFixture proxy, Side side, int at) {
    return proxy.upstreams().endpoints(side).get(at);
  }

  @Test
  void newWithoutAHealthyEndpointFailsOverToOldAndBack() throws Exception {
    RunningProxyFixture proxy =
        twoOldOneNew("split.initial-percent = 100", "debug-headers = always");
    newOne.close();
    PlainHttpClient client = opened.add(proxy.client());
    assertThat(client.get("/").status()).isEqualTo(502);
    await().until(() -> !view(proxy, Side.NEW, 0).healthy());
    Answer over = client.get("/");
    assertThat(over.status()).isEqualTo(200);
    assertThat(over.body()).startsWith("old");
    assertThat(over.field("X-Crossfade-Reason")).hasValue("failover");
    assertThat(over.field("Set-Cookie")).isEmpty();
    assertThat(client.request("GET", "/", List.of(cookie("upgrade=1")), null).status())
        .isEqualTo(503);

    RecordingOrigin back = opened.add(RecordingOrigin.start("back", newOne.port()));
    await().until(() -> view(proxy, Side.NEW, 0).healthy());
    assertThat(client.get("/").body()).isEqualTo("back");
    assertThat(back.seen()).hasSize(1);
  }

  private static PlainHttpClient.Field cookie(String pairs) {
    return new PlainHttpClient.Field("Cookie", pairs);
  }

  @Test
  void withoutFailoverTheAnswerIs503WithRetryAfter() throws Exception {
    RunningProxyFixture proxy =
        twoOldOneNew("split.initial-percent = 100", "failover = off", "retry-after = 7s");
    newOne.close();
    PlainHttpClient client = opened.add(proxy.client());
    client.get("/");
    await().until(() -> !view(proxy, Side.NEW, 0).healthy());
    Answer answer = client.get("/");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.field("Retry-After")).hasValue("7");
    assertThat(oldOne.seen()).isEmpty();
    assertThat(oldTwo.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "auto"})
  void whoIsTheOnlyOneAndBackServesTheVeryNextRequest(String transport) throws Exception {
    Path socket = folder.resolve("app.sock");
    RunningProxyFixture proxy =
        proxy(
            endpoints(Side.OLD, oldOne),
            endpoints(Side.NEW, "unix:" + socket),
            "failover = off",
            "transport = " + transport);
    oldOne.close();
    PlainHttpClient client = opened.add(proxy.client());
    List<PlainHttpClient.Field> upgrade = List.of(cookie("upgrade=1"));
    client.get("/");
    client.request("GET", "/", upgrade, null);
    await().until(() -> !proxy.upstreams().available(Side.OLD));
    await().until(() -> !proxy.upstreams().available(Side.NEW));
    assertThat(client.get("/").status()).isEqualTo(503);
    assertThat(client.post("/order", "n=1").field("Retry-After")).isPresent();
    assertThat(client.request("GET", "/", upgrade, null).status()).isEqualTo(503);

    opened.add(RecordingOrigin.start("back", oldOne.port()));
    assertThat(client.post("/order", "n=1").body()).isEqualTo("back");
    opened.add(RecordingOrigin.start("new back", socket));
    assertThat(client.request("GET", "/", upgrade, null).body()).isEqualTo("new back");
  }

  @Test
  void oldNeverFailsOverToNew() throws Exception {
    RunningProxyFixture proxy =
        proxy(endpoints(Side.OLD, oldOne), endpoints(Side.NEW, newOne), "failover = new-to-old");
    oldOne.close();
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < Health.FALL + 1; i++) {
      assertThat(client.get("/").status()).isIn(502, 503);
    }
    assertThat(newOne.seen()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DRAIN", "MAINT"})
  void anEndpointTakenOutGetsNoNewRequestAndFinishesWhatIsUnderWay(EndpointState state)
      throws Exception {
    RunningProxyFixture proxy = twoOldOneNew();
    PlainHttpClient client = opened.add(proxy.client());
    oldOne.hold();
    oldTwo.hold();
    CompletableFuture<Answer> underWay = inBackground(opened.add(proxy.client()), "/slow");
    await().until(() -> oldOne.seen().size() + oldTwo.seen().size() == 1);
    RecordingOrigin busy = oldOne.seen().isEmpty() ? oldTwo : oldOne;
    RecordingOrigin other = busy == oldOne ? oldTwo : oldOne;
    proxy.put(Side.OLD, busy, state);
    other.release();
    for (int i = 0; i < 6; i++) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(busy.seen()).hasSize(1);
    busy.release();
    assertThat(underWay.get().status()).isEqualTo(200);
    await().until(() -> busy.open() == 0);

    proxy.put(Side.OLD, busy, EndpointState.READY);
    client.get("/");
    client.get("/");
    assertThat(busy.seen()).hasSize(2);
  }

  @Test
  void whatCanNotGoElsewhereIsStillServedByADrainedEndpoint() throws Exception {
    RunningProxyFixture proxy = twoOldOneNew("split.initial-percent = 100");
    proxy.put(Side.NEW, newOne, EndpointState.DRAIN);
    PlainHttpClient client = opened.add(proxy.client());
    assertThat(client.get("/").body()).startsWith("old");
    proxy.put(Side.OLD, oldOne, EndpointState.MAINT);
    proxy.put(Side.OLD, oldTwo, EndpointState.DRAIN);
    assertThat(client.get("/").body()).startsWith("old");
    proxy.put(Side.OLD, oldTwo, EndpointState.MAINT);
    assertThat(client.get("/").status()).isEqualTo(503);
  }

  @Test
  void idleConnectionsToAnEndpointThatIsNoLongerConfiguredAreClosed() throws Exception {
    RunningProxyFixture proxy = twoOldOneNew();
    PlainHttpClient client = opened.add(proxy.client());
    client.get("/");
    client.get("/");
    assertThat(oldOne.open() + oldTwo.open()).isEqualTo(2);
    proxy.reconfigure(endpoints(Side.OLD, oldTwo), endpoints(Side.NEW, newOne));
    await().until(() -> oldOne.open() == 0);
    assertThat(oldTwo.open()).isEqualTo(1);
    assertThat(proxy.upstreams().endpoints(Side.OLD)).hasSize(1);
    assertThat(client.get("/").body()).isEqualTo("old two");
  }

  @Test
  void anIdleConnectionIsClosedAfterTheIdleTimeout() throws Exception {
    RunningProxyFixture proxy =
        proxy(
            endpoints(Side.OLD, oldOne),
            endpoints(Side.NEW, newOne),
            "timeouts.upstream-idle = 20s");
    PlainHttpClient client = opened.add(proxy.client());
    client.get("/");
    assertThat(view(proxy, Side.OLD, 0).idle()).isEqualTo(1);
    proxy.ticker().advance(Duration.ofSeconds(21));
    await().until(() -> oldOne.open() == 0);
    await().until(() -> view(proxy, Side.OLD, 0).idle() == 0);
    assertThat(client.get("/").body()).isEqualTo("old one");
    assertThat(oldOne.accepted()).isEqualTo(2);
  }

  @Test
  void connectionsAreReusedAndKeptUpToTheLimit() throws Exception {
    RunningProxyFixture proxy =
        proxy(
            endpoints(Side.OLD, oldOne), endpoints(Side.NEW, newOne), "pool.idle-per-endpoint = 1");
    oldOne.hold();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(inBackground(opened.add(proxy.client()), "/"));
    }
    await().until(() -> oldOne.seen().size() == 3);
    assertThat(view(proxy, Side.OLD, 0).active()).isEqualTo(3);
    oldOne.release();
    for (CompletableFuture<Answer> answer : answers) {
      assertThat(answer.get().status()).isEqualTo(200);
    }
    await().until(() -> oldOne.open() == 1);
    assertThat(view(proxy, Side.OLD, 0).active()).isZero();
    assertThat(view(proxy, Side.OLD, 0).idle()).isEqualTo(1);
    PlainHttpClient client = opened.add(proxy.client());
    client.get("/");
    client.get("/");
    assertThat(oldOne.accepted()).isEqualTo(3);
  }

  @Test
  void anIdleConnectionThatTheOriginHasClosedIsNotedAndReplaced() throws Exception {
    RunningProxyFixture proxy = proxy(endpoints(Side.OLD, oldOne), endpoints(Side.NEW, newOne));
    PlainHttpClient client = opened.add(proxy.client());
    client.get("/");
    oldOne.close();
    RecordingOrigin again = opened.add(RecordingOrigin.start("again", oldOne.port()));
    await().until(() -> view(proxy, Side.OLD, 0).idle() == 0);
    assertThat(client.post("/order", "n=1").body()).isEqualTo("again");
    assertThat(again.seen()).hasSize(1);
  }

  /** For each target. */
  private static void hangUpTheFirstTime(RecordingOrigin origin) {
    origin.answering(
        r ->
            origin.seen().stream().filter(s -> s.target().equals(r.target())).count() == 1
                ? RecordingOrigin.HANGS_UP
                : RecordingOrigin.ok("", "second"));
  }

  @Test
  void aReusedConnectionThatClosesWithoutAnAnswerIsReplacedForAGetButNotForAPost()
      throws Exception {
    RunningProxyFixture proxy = proxy(endpoints(Side.OLD, oldOne), endpoints(Side.NEW, newOne));
    PlainHttpClient client = opened.add(proxy.client());
    client.get("/");
    hangUpTheFirstTime(oldOne);
    assertThat(client.get("/again").body()).isEqualTo("second");
    assertThat(client.post("/order", "n=1").status()).isEqualTo(502);
    assertThat(oldOne.seen().stream().filter(s -> s.target().equals("/order"))).hasSize(1);
    assertThat(proxy.tally().of("retried")).isEqualTo(1);
  }

  @Test
  void whatIsSentAgainGoesToTheSameEndpointWhereTheOtherIsDown() throws Exception {
    RunningProxyFixture proxy = twoOldOneNew();
    oldTwo.close();
    PlainHttpClient client = opened.add(proxy.client());
    client.get("/");
    client.get("/");
    await().until(() -> !view(proxy, Side.OLD, 1).healthy());
    hangUpTheFirstTime(oldOne);
    assertThat(client.get("/again").body()).isEqualTo("second");
  }

  @Test
  void aNameThatIsNotKnownIsNoReasonNotToStartAndCostsNoVisitorOfNewAnError() throws Exception {
    RunningProxyFixture proxy =
        proxy(
            endpoints(Side.OLD, oldOne),
            endpoints(Side.NEW, "no-such-host.invalid:80"),
            "split.initial-percent = 100");
    PlainHttpClient client = opened.add(proxy.client());
    Answer first = client.get("/");
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.body()).isEqualTo("old one");
    assertThat(proxy.tally().of("reason failover")).isEqualTo(1);
    assertThat(view(proxy, Side.NEW, 0).healthy()).isFalse();
    assertThat(view(proxy, Side.NEW, 0).lastFailure()).contains("no-such-host.invalid");
  }

  @Test
  void unixEndpointsAndListenersServeOnEveryTransport() throws Exception {
    for (String transport : List.of("nio", "epoll", "auto")) {
      Path place = folder.resolve(transport);
      assertThat(place.toFile().mkdir()).isTrue();
      RecordingOrigin unix = opened.add(RecordingOrigin.start("unix", place.resolve("app.sock")));
      try (RunningProxyFixture proxy =
              RunningProxyFixture.start(
                  place,
                  "transport = " + transport,
                  "listen += { address = \"unix:" + place.resolve("in.sock") + "\" }",
                  endpoints(Side.OLD, unix),
                  endpoints(Side.NEW, newOne));
          PlainHttpClient client = proxy.client()) {
        assertThat(client.get("/").body()).isEqualTo("unix");
        assertThat(client.get("/").body()).isEqualTo("unix");
        assertThat(unix.accepted()).isEqualTo(1);
        assertThat(UnixClient.get(place.resolve("in.sock"), "/x")).endsWith("unix");
        assertThat(unix.last().fields("X-Forwarded-For")).containsExactly("unknown");
      }
      assertThat(place.resolve("in.sock")).doesNotExist();
    }
  }
}
