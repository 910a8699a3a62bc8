package dev.crossfade.upstream;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints that answer badly, hang, reset, or fail their probes. */
class HealthOnTheWireTest {
  private static final String BROKEN =
      "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private RecordingOrigin one;
  private RecordingOrigin two;

  @BeforeEach
  void startOrigins() throws Exception {
    one = opened.add(RecordingOrigin.start("one"));
    two = opened.add(RecordingOrigin.start("two"));
  }

  private RunningProxyFixture proxy(String... more) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(endpoints(Side.OLD, one, two));
    lines.addAll(List.of(more));
    return opened.add(RunningProxyFixture.start(folder, lines.toArray(String[]::new)));
  }

  private static UpstreamView.EndpointView view(RunningProxyFixture proxy, int at) {
    return proxy.upstreams().endpoints(Side.OLD).get(at);
  }

  private static List<Integer> statuses(PlainHttpClient client, int requests) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      statuses.add(client.get("/").status());
    }
    return statuses;
  }

  @Test
  void anEndpointThatAnswers500IsLeftOutForAWhile() throws Exception {
    RunningProxyFixture proxy = proxy();
    one.answering(request -> BROKEN);
    PlainHttpClient client = opened.add(proxy.client());
    assertThat(statuses(client, 40).stream().filter(s -> s == 500)).hasSize(5);
    assertThat(view(proxy, 0).condition().health()).isEqualTo("ejected");
    assertThat(view(proxy, 0).healthy()).isFalse();
    one.answering(request -> RecordingOrigin.ok("", "one"));
    proxy.ticker().advance(Duration.ofSeconds(31));
    await().until(() -> view(proxy, 0).healthy());
    assertThat(statuses(client, 10)).containsOnly(200);
    assertThat(one.seen()).hasSizeGreaterThanOrEqualTo(9);
  }

  @Test
  void theLastOneStaysWhateverItAnswers() throws Exception {
    RunningProxyFixture proxy = proxy();
    one.answering(request -> BROKEN);
    two.answering(request -> BROKEN);
    PlainHttpClient client = opened.add(proxy.client());
    assertThat(statuses(client, 50)).containsOnly(500);
    assertThat(view(proxy, 0).healthy() || view(proxy, 1).healthy()).isTrue();
  }

  @Test
  void whoWasLeftOutIsUsedWhenTheOtherIsGone() throws Exception {
    RunningProxyFixture proxy = proxy();
    one.answering(request -> BROKEN);
    PlainHttpClient client = opened.add(proxy.client());
    statuses(client, 20);
    assertThat(view(proxy, 0).healthy()).isFalse();
    one.answering(request -> RecordingOrigin.ok("", "one"));
    two.close();
    for (int i = 0; i < 10; i++) {
      assertThat(client.get("/").body()).isEqualTo("one");
    }
    await().until(() -> view(proxy, 0).healthy());
  }

  @Test
  void anEndpointThatResetsIsLeftOut() throws Exception {
    RawOrigin resetting =
        opened.add(
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.reset();
                }));
    RunningProxyFixture proxy =
        opened.add(
            RunningProxyFixture.start(
                folder, endpoints(Side.OLD, resetting.address(), two.address())));
    PlainHttpClient client = opened.add(proxy.client());
    assertThat(statuses(client, 40).stream().filter(s -> s == 502)).hasSize(5);
    assertThat(view(proxy, 0).condition().health()).isEqualTo("ejected");
    assertThat(proxy.tally().of("failure old reset")).isEqualTo(5);
  }

  @Test
  void anEndpointThatBreaksOffItsAnswersIsLeftOut() throws Exception {
    RawOrigin breaking =
        opened.add(
            new RawOrigin(
                c -> {
                  c.readUntil("\r\n\r\n");
                  c.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe beginning");
                }));
    RunningProxyFixture proxy =
        opened.add(
            RunningProxyFixture.start(
                folder, endpoints(Side.OLD, breaking.address(), two.address())));
    int cut = 0;
    for (int i = 0; i < 40; i++) {
      try (PlainHttpClient client = proxy.client()) {
        client.get("/");
      } catch (IOException e) {
        cut++;
      }
    }
    assertThat(cut).isEqualTo(5);
    assertThat(view(proxy, 0).condition().health()).isEqualTo("ejected");
  }

  @Test
  void anEndpointThatHangsIsLeftOut() throws Exception {
    RunningProxyFixture proxy =
        proxy("timeouts.first-byte = 10s", "upstreams.old.ejection.failures = 1");
    one.answering(request -> RecordingOrigin.SILENT);
    PlainHttpClient client = opened.add(proxy.client());
    Thread clock =
        new Thread(
            () -> {
              await().until(() -> one.seen().size() == 1);
              proxy.ticker().advance(Duration.ofSeconds(11));
            });
    clock.start();
    List<Integer> statuses = statuses(client, 20);
    clock.join();
    assertThat(statuses.stream().filter(s -> s == 504)).hasSize(1);
    assertThat(statuses.stream().filter(s -> s == 200)).hasSize(19);
  }

  @Test
  void noVisitorSeesThatOneOfTwoIsGone() throws Exception {
    RunningProxyFixture proxy = proxy();
    PlainHttpClient client = opened.add(proxy.client());
    statuses(client, 4);
    one.close();
    assertThat(statuses(client, 50)).containsOnly(200);
    await().until(() -> !view(proxy, 0).healthy());
    opened.add(RecordingOrigin.start("one again", one.port()));
    await().until(() -> view(proxy, 0).healthy());
    assertThat(statuses(client, 10)).containsOnly(200);
    assertThat(view(proxy, 0).condition().changes()).isEqualTo(2);
  }

  @Test
  void aProbeWhoseConnectionIsClosedIsNotWaitedFor() throws Exception {
    RawOrigin closes = opened.add(new RawOrigin(c -> c.readUntil("\r\n\r\n")));
    RunningProxyFixture proxy =
        proxy(
            endpoints(Side.OLD, closes.address()),
            "upstreams.old.probe { interval = 1s, timeout = 1h, fall = 1 }");
    await().until(() -> view(proxy, 0).condition().failedProbes() > 0);
    assertThat(view(proxy, 0).lastFailure())
        .isEqualTo("The probe's connection was closed without an answer.");
  }

  // ---- probes

  private static final String PROBE =
      "upstreams.old.probe { path = \"/health?deep=1\", host = check.example, interval = 1s,"
          + " status = 200, body = \"all is well\", rise = 1, fall = 1 }";

  private static String well(String name) {
    return RecordingOrigin.ok("", name + ": all is well");
  }

  @Test
  void probesAskAsConfiguredAndTakeOutWhoAnswersOtherwise() throws Exception {
    one.answering(request -> well("one"));
    two.answering(request -> well("two"));
    RunningProxyFixture proxy = proxy(PROBE);
    await().until(() -> !one.seen().isEmpty() && !two.seen().isEmpty());
    RecordingOrigin.Seen asked = one.seen().get(0);
    assertThat(asked.method()).isEqualTo("GET");
    assertThat(asked.target()).isEqualTo("/health?deep=1");
    assertThat(asked.fields("Host")).containsExactly("check.example");
    assertThat(view(proxy, 0).healthy()).isTrue();

    one.answering(request -> RecordingOrigin.ok("", "one: not so well"));
    await().until(() -> !view(proxy, 0).healthy());
    assertThat(view(proxy, 0).lastFailure()).contains("has not the expected text");
    one.answering(request -> BROKEN);
    await().until(() -> view(proxy, 0).lastFailure().contains("answered with 500"));
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < 10; i++) {
      assertThat(client.get("/").body()).startsWith("two");
    }
    one.answering(request -> well("one"));
    await().until(() -> view(proxy, 0).healthy());
    assertThat(proxy.tally().of("failure old connect")).as("no visitor's").isZero();
  }

  @Test
  void whenAllOfNewFailTheirProbesOldServes() throws Exception {
    RecordingOrigin fresh = opened.add(RecordingOrigin.start("new"));
    fresh.answering(request -> request.target().equals("/") ? BROKEN : RecordingOrigin.ok("", "n"));
    RunningProxyFixture proxy =
        proxy(
            endpoints(Side.NEW, fresh),
            "upstreams.new.probe { interval = 1s, fall = 1 }",
            "split.initial-percent = 100",
            "debug-headers = always");
    await().until(() -> !proxy.upstreams().available(Side.NEW));
    PlainHttpClient client = opened.add(proxy.client());
    assertThat(client.get("/page").field("X-Crossfade-Reason")).hasValue("failover");
    fresh.answering(request -> RecordingOrigin.ok("", "n"));
    await().until(() -> proxy.upstreams().available(Side.NEW));
    assertThat(client.get("/page").body()).isEqualTo("n");
  }

  @Test
  void aProbeThatIsNotAnsweredInTimeHasFailed() throws Exception {
    one.answering(request -> RecordingOrigin.SILENT);
    RunningProxyFixture proxy =
        proxy("upstreams.old.probe { interval = 1s, timeout = 50ms, fall = 1 }");
    await().until(() -> !view(proxy, 0).healthy());
    assertThat(view(proxy, 0).lastFailure()).isEqualTo("The probe was not answered in time.");
    await().untilAsserted(() -> assertThat(one.open()).isLessThanOrEqualTo(1));
  }

  @Test
  void visitorsOfABalancedSideStayOnTheirEndpoint() throws Exception {
    RunningProxyFixture proxy = proxy("upstreams.old.balance = hash");
    for (int visitor = 0; visitor < 20; visitor++) {
      PlainHttpClient client = opened.add(proxy.client());
      PlainHttpClient.Field session =
          new PlainHttpClient.Field("Cookie", "PHPSESSID=visitor-" + visitor);
      String first = client.request("GET", "/", List.of(session), null).body();
      for (int i = 0; i < 3; i++) {
        assertThat(client.request("GET", "/", List.of(session), null).body()).isEqualTo(first);
      }
    }
    assertThat(one.seen()).isNotEmpty();
    assertThat(two.seen()).isNotEmpty();
  }

  @Test
  void weightsOfTheConfigurationAreFollowed() throws Exception {
    RunningProxyFixture proxy =
        proxy(
            "upstreams.old.endpoints = [{ address = \""
                + one.address()
                + "\", weight = 3 }, \""
                + two.address()
                + "\"]");
    statuses(opened.add(proxy.client()), 40);
    assertThat(one.seen()).hasSize(30);
    assertThat(two.seen()).hasSize(10);
    assertThat(view(proxy, 0).condition().weight()).isEqualTo(3);
  }

  @Test
  void aNewThatComesAndGoesDoesNotTakeVisitorsAlong() throws Exception {
    RecordingOrigin fresh = RecordingOrigin.start("new");
    RunningProxyFixture proxy =
        proxy(endpoints(Side.NEW, fresh), "split.initial-percent = 100", "debug-headers = always");
    PlainHttpClient client = opened.add(proxy.client());
    for (int i = 0; i < 4; i++) {
      fresh.close();
      // One visitor finds out, and no other.
      client.get("/page");
      await().until(() -> !proxy.upstreams().available(Side.NEW));
      assertThat(client.get("/page").field("X-Crossfade-Reason")).hasValue("failover");
      fresh = RecordingOrigin.start("new", fresh.port());
      if (i < 3) {
        await().atMost(Duration.ofSeconds(20)).until(() -> proxy.upstreams().available(Side.NEW));
        assertThat(client.get("/page").body()).isEqualTo("new");
      }
    }
    // The fourth time it has to show for seconds that it is there; that long, old serves.
    await()
        .until(
            () ->
                proxy
                    .upstreams()
                    .endpoints(Side.NEW)
                    .get(0)
                    .condition()
                    .health()
                    .equals("recovering"));
    assertThat(client.get("/page").field("X-Crossfade-Reason")).hasValue("failover");
    await().atMost(Duration.ofSeconds(30)).until(() -> proxy.upstreams().available(Side.NEW));
    assertThat(client.get("/page").body()).isEqualTo("new");
    fresh.close();
  }

  @Test
  void anAppBehindAUnixSocketIsProbedAndMayMove() throws Exception {
    Path socket = folder.resolve("app.sock");
    RecordingOrigin app = RecordingOrigin.start("behind a socket", socket);
    app.answering(request -> well("app"));
    RunningProxyFixture proxy =
        opened.add(
            RunningProxyFixture.start(
                folder,
                endpoints(Side.OLD, "unix:" + socket, two.address()),
                "upstreams.old.probe { interval = 1s, fall = 1, rise = 1 }"));
    await().until(() -> !app.seen().isEmpty());
    assertThat(app.seen().get(0).fields("Host")).containsExactly("localhost");
    PlainHttpClient client = opened.add(proxy.client());
    assertThat(statuses(client, 4)).containsOnly(200);
    app.close();
    assertThat(statuses(client, 20)).containsOnly(200);
    await().until(() -> !view(proxy, 0).healthy());
    RecordingOrigin moved = opened.add(RecordingOrigin.start("moved", socket));
    await().until(() -> view(proxy, 0).healthy());
    statuses(client, 4);
    assertThat(moved.seen()).anyMatch(seen -> seen.fields("User-Agent").isEmpty());
  }
}
