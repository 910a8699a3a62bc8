package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What visitors get: cookies, sides, pages, maintenance, debug headers. */
class VisitorsOnTheWireTest {
  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin old = wire.origin(Side.OLD);
  private final RecordingOrigin young = wire.origin(Side.NEW);

  // ---- our cookie

  @Test
  void aVisitorGetsTheCookieOnceAndKeepsTheSide() throws Exception {
    RunningProxyFixture proxy = wire.proxy("split.initial-percent = 50");
    for (int i = 0; i < 20; i++) {
      PlainHttpClient visitor = wire.client(proxy);
      Answer first = visitor.get("/");
      assertThat(first.field("Set-Cookie").orElseThrow())
          .matches("crossfade=[A-Za-z0-9_-]{36}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
      for (int j = 0; j < 3; j++) {
        Answer later = visitor.get("/");
        assertThat(later.body()).isEqualTo(first.body());
        assertThat(later.field("Set-Cookie")).isEmpty();
      }
      visitor.close();
    }
    assertThat(proxy.tally().of("first old") + proxy.tally().of("first new")).isEqualTo(20);
    assertThat(proxy.tally().of("moved from old") + proxy.tally().of("moved from new")).isZero();
  }

  @Test
  void aSideChangeGivesTheCookieAnewAndIsCountedOnce() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient visitor = wire.client(proxy);
    visitor.get("/");
    proxy.percent(100);
    Answer moved = visitor.get("/");
    assertThat(moved.body()).isEqualTo("new");
    assertThat(moved.field("Set-Cookie")).isPresent();
    assertThat(visitor.get("/").field("Set-Cookie")).isEmpty();
    assertThat(proxy.tally().of("moved from old")).isEqualTo(1);
    proxy.change(new PlanEdit.Rollback());
    assertThat(visitor.get("/").body()).isEqualTo("old");
    visitor.get("/");
    assertThat(proxy.tally().of("moved from new")).isEqualTo(1);
    assertThat(proxy.tally().of("first old")).isEqualTo(1);
    assertThat(proxy.tally().of("first new")).isZero();
  }

  @Test
  void aBurstWithTheOldCookieCountsAsOneMove() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient visitor = wire.client(proxy);
    visitor.get("/");
    String cookie = "crossfade=" + visitor.cookies().get("crossfade");
    proxy.percent(100);
    PlainHttpClient other = wire.client(proxy);
    for (int i = 0; i < 5; i++) {
      other.cookies().clear();
      assertThat(other.get("/", "Cookie", cookie).body()).isEqualTo("new");
    }
    assertThat(proxy.tally().of("moved from old")).isEqualTo(1);
  }

  @Test
  void theCookieIsAlsoOnTheProxysOwnAnswerToAFirstRequest() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy("split.initial-percent = 50", "failover = off", "debug-headers = always");
    proxy.change(new PlanEdit.SetMaintenance(true, true, null));
    for (int i = 0; i < 20; i++) {
      PlainHttpClient visitor = wire.client(proxy);
      Answer closed = visitor.get("/");
      assertThat(closed.status()).isEqualTo(503);
      assertThat(closed.field("Cache-Control")).hasValue("no-store");
      assertThat(visitor.cookies()).containsKey("crossfade");
      Answer again = visitor.get("/");
      assertThat(again.field("X-Crossfade-Bucket")).isEqualTo(closed.field("X-Crossfade-Bucket"));
      assertThat(again.field("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void onlyWhatIsRefusedBeforeADecisionHasNoCookie() throws Exception {
    RunningProxyFixture proxy = wire.proxy("limits.body = 10");
    // A rule may know another limit, so that the decision comes first.
    assertThat(wire.client(proxy).post("/", "x".repeat(11)).field("Set-Cookie")).isPresent();
    assertThat(wire.client(proxy).request("CONNECT", "a:1", List.of(), null).field("Set-Cookie"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'public, max-age=60', false", "'private, max-age=60', true", "no-store, true"})
  void theCookieIsNeverOnWhatASharedCacheMayStore(String cacheControl, boolean set)
      throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    old.answering(r -> RecordingOrigin.ok("Cache-Control: " + cacheControl + "\r\n", "old"));
    assertThat(wire.client(proxy).get("/").field("Set-Cookie").isPresent()).isEqualTo(set);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OURS                                | ''",
        "OURS; a=1                           | a=1",
        "a=1; OURS; b=2                      | a=1; b=2",
        "a=1;OURS;b=2                        | a=1;b=2",
        "a=1; OURS                           | a=1",
        "OURS; a=1; OURS                     | a=1",
        "a=\"x; y\"; OURS; =odd;; bare       | a=\"x; y\"; =odd;; bare",
        "crossfade2=x; OURS; Crossfade=y     | crossfade2=x; Crossfade=y",
        "a=crossfade=z; OURS;b =  2          | a=crossfade=z;b =  2"
      })
  void theApplicationNeverSeesOurCookieAndAllOthersToTheByte(String sent, String seen)
      throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient visitor = wire.client(proxy);
    visitor.get("/");
    String ours = "crossfade=" + visitor.cookies().remove("crossfade");
    visitor.get("/x", "Cookie", sent.replace("OURS", ours), "X-After", "kept");
    assertThat(old.last().fields("Cookie")).isEqualTo(seen.isEmpty() ? List.of() : List.of(seen));
    assertThat(old.last().fields("X-After")).containsExactly("kept");
  }

  @Test
  void aForgedCookieCountsAsAbsentAndIsReplaced() throws Exception {
    RunningProxyFixture proxy = wire.proxy("debug-headers = always");
    PlainHttpClient visitor = wire.client(proxy);
    visitor.get("/");
    String good = visitor.cookies().getOrDefault("crossfade", "none");
    String forged = (good.charAt(0) == 'A' ? 'B' : 'A') + good.substring(1);
    visitor.cookies().put("crossfade", forged);
    Answer answer = visitor.get("/");
    assertThat(answer.field("X-Crossfade-Reason")).hasValue("first");
    assertThat(visitor.cookies().get("crossfade")).isNotEqualTo(forged);
  }

  // ---- sessions

  @Test
  void aLoginThatChangesTheSessionKeepsTheSideWithoutOurCookie() throws Exception {
    RunningProxyFixture proxy = wire.proxy("split.initial-percent = 50", "debug-headers = always");
    young.answering(r -> login(r, "new"));
    old.answering(r -> login(r, "old"));
    for (int i = 0; i < 10; i++) {
      PlainHttpClient visitor = wire.client(proxy);
      Answer before = visitor.get("/", "Cookie", "PHPSESSID=before" + i);
      Answer login = visitor.get("/login" + i, "Cookie", "PHPSESSID=before" + i);
      assertThat(login.fields("Set-Cookie")).anyMatch(c -> c.startsWith("PHPSESSID=after"));
      Answer after = wire.client(proxy).get("/", "Cookie", "PHPSESSID=after" + i);
      assertThat(after.body()).isEqualTo(before.body());
      assertThat(after.field("X-Crossfade-Bucket")).isEqualTo(before.field("X-Crossfade-Bucket"));
    }
  }

  private static String login(RecordingOrigin.Seen request, String name) {
    String target = request.target();
    return RecordingOrigin.ok(
        target.startsWith("/login")
            ? "Set-Cookie: PHPSESSID=after" + target.substring(6) + "; path=/; HttpOnly\r\n"
            : "",
        name);
  }

  // ---- robots

  @ParameterizedTest
  @CsvSource({
    "'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', old",
    "'Mozilla/5.0 (compatible; bingbot/2.0)', old",
    "'Mozilla/5.0 (compatible; Yahoo! Slurp)', old",
    "Baiduspider, old",
    "'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', new",
    "curl/7.88.1, new"
  })
  void theExampleConfigurationsRuleKeepsRobotsOnOld(String userAgent, String side)
      throws Exception {
    RunningProxyFixture proxy = wire.proxy("split.initial-percent = 100", exampleRules());
    Answer answer = wire.client(proxy).get("/", "User-Agent", userAgent);
    assertThat(answer.body()).isEqualTo(side);
    assertThat(answer.field("Set-Cookie").isPresent()).isEqualTo(side.equals("new"));
  }

  /** What config/crossfade.conf shows behind a comment sign. */
  private static String exampleRules() throws Exception {
    String text = Files.readString(Path.of("../config/crossfade.conf"));
    int start = text.indexOf("  #   rules = [");
    int end = text.indexOf("  #   ]", start);
    return text.substring(start, end + 7).replaceAll("(?m)^ *# *", "");
  }

  // ---- changes

  @Test
  void aChangeAppliesToTheNextRequestOfAKeptConnection() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient visitor = wire.client(proxy);
    for (int round = 0; round < 5; round++) {
      proxy.percent(100);
      assertThat(visitor.get("/").body()).isEqualTo("new");
      proxy.percent(0);
      assertThat(visitor.get("/").body()).isEqualTo("old");
    }
  }

  @Test
  void aChangeAppliesToAPipelinedRequestThatHasNotBegun() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient visitor = wire.client(proxy);
    old.hold();
    String request = "GET /%d HTTP/1.1\r\nHost: a\r\nCookie: PHPSESSID=x\r\n\r\n";
    visitor.send((request.formatted(1) + request.formatted(2)).getBytes(StandardCharsets.US_ASCII));
    await().until(() -> old.seen().size() == 1);
    proxy.percent(100);
    old.release();
    assertThat(visitor.readAnswer(false).body()).isEqualTo("old");
    assertThat(visitor.readAnswer(false).body()).isEqualTo("new");
  }

  // ---- maintenance

  @Test
  void maintenanceClosesASideToAllButTesters() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy(
            "retry-after = 11s", "rules = [{ name = erp, path-prefix = \"/rest/\", side = new }]");
    proxy.change(new PlanEdit.SetMaintenance(true, true, false));
    PlainHttpClient visitor = wire.client(proxy);
    Answer closed = visitor.get("/");
    assertThat(closed.status()).isEqualTo(503);
    assertThat(closed.field("Retry-After")).hasValue("11");
    assertThat(visitor.get("/rest/x").status()).isEqualTo(503);
    assertThat(visitor.get("/enable-upgrade.html").status()).isEqualTo(200);
    assertThat(visitor.get("/").body()).isEqualTo("new");
    assertThat(visitor.get("/rest/x").body()).isEqualTo("new");
    assertThat(proxy.tally().of("rejected maintenance")).isEqualTo(2);
    proxy.change(new PlanEdit.SetMaintenance(false, false, null));
    visitor.cookies().clear();
    assertThat(visitor.get("/").body()).isEqualTo("old");
  }

  @Test
  void frozenWritesAreRefusedToEveryoneAndReadingGoesOn() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    proxy.change(new PlanEdit.SetMaintenance(null, null, true));
    PlainHttpClient tester = wire.client(proxy);
    tester.cookies().put("upgrade", "1");
    for (String method : List.of("GET", "HEAD", "OPTIONS")) {
      assertThat(tester.request(method, "/", List.of(), null).status()).isEqualTo(200);
    }
    for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "PURGE")) {
      Answer refused = tester.request(method, "/", List.of(), "x=1");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.field("Retry-After")).isPresent();
      assertThat(tester.connected()).as("the connection goes on").isTrue();
    }
    assertThat(old.seen()).isEmpty();
    assertThat(young.seen()).hasSize(3);
  }

  // ---- debug headers and error answers

  @ParameterizedTest
  @CsvSource({"upgrade, false, true", "always, true, true", "off, false, false"})
  void debugHeadersGoToWhomTheyAreFor(String mode, boolean visitor, boolean tester)
      throws Exception {
    RunningProxyFixture proxy = wire.proxy("debug-headers = " + mode);
    Answer plain = wire.client(proxy).get("/", "Cookie", "PHPSESSID=a");
    assertThat(plain.field("X-Crossfade-Variant").isPresent()).isEqualTo(visitor);
    assertThat(plain.field("X-Crossfade-Bucket").isPresent()).isEqualTo(visitor);
    Answer upgraded = wire.client(proxy).get("/", "Cookie", "upgrade=1");
    assertThat(upgraded.fields("X-Crossfade-Reason"))
        .isEqualTo(tester ? List.of("upgrade") : List.of());
    Answer never = wire.client(proxy).get("/", "Cookie", "upgrade=never");
    assertThat(never.field("X-Crossfade-Variant").isPresent()).isEqualTo(visitor);
  }

  @Test
  void whatTheApplicationSaysUnderOurNamesIsRemoved() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    old.answering(r -> RecordingOrigin.ok("X-Crossfade-Variant: new\r\nX-Other: 1\r\n", "old"));
    Answer answer = wire.client(proxy).get("/", "X-Crossfade-Side", "new");
    assertThat(answer.field("X-Crossfade-Variant")).isEmpty();
    assertThat(answer.field("X-Other")).hasValue("1");
    assertThat(old.last().fields("X-Crossfade-Side")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/xhtml+xml,text/html;q=0.9,*/*;q=0.8"})
  void browsersGetErrorsAsHtml(String accept) throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    proxy.change(new PlanEdit.SetMaintenance(true, null, null));
    Answer answer = wire.client(proxy).get("/", "Accept", accept);
    assertThat(answer.field("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(answer.body())
        .startsWith("<!DOCTYPE html>")
        .contains("503 Service Unavailable", "being worked on");
    assertThat(answer.field("Cache-Control")).hasValue("no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json", "image/webp,*/*"})
  void programsGetErrorsAsProblemJson(String accept) throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    proxy.change(new PlanEdit.SetMaintenance(true, null, null));
    Answer answer = wire.client(proxy).get("/", "Accept", accept);
    assertThat(answer.field("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body())
        .contains("\"title\":\"Service Unavailable\"", "\"status\":503", "\"detail\":\"");
  }
}
