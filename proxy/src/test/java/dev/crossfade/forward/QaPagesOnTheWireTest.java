package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RawClient;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.StrictHttp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of those who test the new version: what they set, what they say, whom they believe. */
class QaPagesOnTheWireTest {
  private static final String ENABLE = "/enable-upgrade.html";
  private static final String DISABLE = "/disable-upgrade.html";
  private static final String LOOK = ENABLE + "?look";
  private static final String NEW = "<strong class=\"new\" lang=\"en\">new</strong>";
  private static final String OLD = "<strong class=\"old\" lang=\"en\">old</strong>";

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin old = wire.origin(Side.OLD);
  private final RecordingOrigin young = wire.origin(Side.NEW);

  private RunningProxyFixture proxyWithToken(String... lines) throws Exception {
    Files.writeString(folder.resolve("token"), "s3cret\n");
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("upgrade.token-file = token");
    return wire.proxy(all.toArray(String[]::new));
  }

  private static String reason(Answer page) {
    return page.body()
        .replaceAll("(?s).*<dt>(Reason|Grund)</dt><dd><span lang=\"en\">", "")
        .replaceAll("(?s)<.*", "");
  }

  // ---- set, removed, told

  @Test
  void thePagesSetAndRemoveTheUpgradeCookieAndSayTheSide() throws Exception {
    PlainHttpClient tester = wire.client(wire.proxy());
    Answer enabled = tester.get(ENABLE);
    assertThat(enabled.status()).isEqualTo(200);
    assertThat(enabled.body()).contains("You are on the new version", NEW);
    assertThat(enabled.field("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(enabled.fields("Set-Cookie"))
        .contains("upgrade=1; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    assertThat(tester.cookies()).containsEntry("upgrade", "1");
    assertThat(tester.get("/").body()).isEqualTo("new");
    Answer disabled = tester.get(DISABLE + "?x=1");
    assertThat(disabled.body()).contains("You are on the old version", OLD);
    assertThat(disabled.fields("Set-Cookie"))
        .contains("upgrade=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    assertThat(tester.cookies()).doesNotContainKey("upgrade");
    assertThat(tester.get("/").body()).isEqualTo("old");
    assertThat(young.seen()).extracting(RecordingOrigin.Seen::target).containsExactly("/");
  }

  @Test
  void whatIsSentIsForThisBrowserAloneAndRunsNothing() throws Exception {
    PlainHttpClient tester = wire.client(wire.proxy());
    for (String target : List.of(ENABLE, DISABLE, LOOK)) {
      Answer page = tester.get(target);
      assertThat(page.field("Cache-Control")).hasValue("no-store");
      assertThat(page.field("Referrer-Policy")).hasValue("no-referrer");
      assertThat(page.field("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(page.field("X-Robots-Tag")).hasValue("noindex");
      assertThat(page.field("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'; style-src 'sha256-")
          .contains("form-action 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "script-src");
      assertThat(page.body()).doesNotContain("<script", "http://", "https://");
    }
  }

  @Test
  void eachPageHasAButtonToTheOtherState() throws Exception {
    PlainHttpClient tester = wire.client(wire.proxy());
    String on = "<form action=\"" + ENABLE + "\">";
    String off = "<form action=\"" + DISABLE + "\">";
    assertThat(tester.get(LOOK).body()).contains(on).doesNotContain(off);
    assertThat(tester.get(ENABLE).body()).contains(off).doesNotContain(on);
    assertThat(tester.get(LOOK).body()).contains(off).doesNotContain(on);
    assertThat(tester.get(DISABLE).body()).contains(on).doesNotContain(off);
    tester.cookies().put("upgrade", "never");
    assertThat(tester.get(LOOK).body()).contains(on, off);
  }

  @Test
  void theSideThatThePageNamesIsTheOneThatFollows() throws Exception {
    RunningProxyFixture proxy = wire.proxy("split.initial-percent = 50");
    for (int i = 0; i < 30; i++) {
      try (PlainHttpClient tester = proxy.client()) {
        if (i % 3 > 0) {
          tester.cookies().put("upgrade", i % 3 == 1 ? "1" : "never");
        }
        String page = tester.get(i % 2 == 0 ? DISABLE : LOOK).body();
        assertThat(page).contains(tester.get("/").body().equals("new") ? NEW : OLD);
      }
    }
  }

  // ---- why

  @Test
  void thePageSaysWhyInTheWordsOfTheDecision() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy("split.initial-percent = 25", "affinity.policy = ratchet");
    PlainHttpClient tester = wire.client(proxy);
    Answer first = tester.get(LOOK);
    assertThat(reason(first)).isEqualTo("first");
    assertThat(first.body())
        .contains("You have not been here before")
        .containsPattern("<dt>Bucket</dt><dd>\\d{1,4} of 10000</dd>")
        .contains("<dt>On new</dt><dd>buckets below 2500 (25 %)</dd>");

    tester.cookies().put("upgrade", "1");
    assertThat(reason(tester.get(LOOK))).isEqualTo("upgrade");
    tester.cookies().put("upgrade", "never");
    Answer never = tester.get(LOOK);
    assertThat(reason(never)).isEqualTo("upgrade");
    assertThat(never.body()).contains(OLD, "asked for the old version");

    tester.cookies().clear();
    proxy.percent(100);
    Answer bucket = tester.get(LOOK, "Cookie", "PHPSESSID=a");
    assertThat(reason(bucket)).isEqualTo("bucket");
    assertThat(bucket.body()).contains(NEW, "you are among those visitors");
    tester.get("/");
    proxy.percent(0);
    Answer pinned = tester.get(LOOK);
    assertThat(reason(pinned)).isEqualTo("pinned");
    assertThat(pinned.body()).contains(NEW, "visitors keep theirs");
    assertThat(reason(wire.client(proxy).get(LOOK, "Cookie", "PHPSESSID=a"))).isEqualTo("bucket");
  }

  @Test
  void aRuleIsNamedAndTheCookieIsNotSaidToMakeADifference() throws Exception {
    PlainHttpClient tester =
        wire.client(
            wire.proxy(
                "rules = [{ name = nightly, header { name = User-Agent, value = Importer },"
                    + " side = old }]"));
    Answer page = tester.get(ENABLE, "User-Agent", "Importer");
    assertThat(reason(page)).isEqualTo("rule");
    assertThat(page.body()).contains(OLD, "<dd>nightly</dd>", "makes no difference");
    assertThat(tester.get("/", "User-Agent", "Importer").body()).isEqualTo("old");
  }

  @Test
  void failoverIsToldAndAVersionThatIsAwayToo() throws Exception {
    RunningProxyFixture proxy = wire.proxy("split.initial-percent = 100");
    young.close();
    PlainHttpClient visitor = wire.client(proxy);
    for (int i = 0; i < 5; i++) {
      visitor.get("/" + i, "Cookie", "PHPSESSID=a");
    }
    Answer look = visitor.get(LOOK, "Cookie", "PHPSESSID=a");
    assertThat(reason(look)).isEqualTo("failover");
    assertThat(look.body()).contains(OLD, "You belong to the new version");
    Answer enabled = visitor.get(ENABLE);
    assertThat(enabled.body()).contains(NEW, "pages will fail until it is back");
    Answer disabled = visitor.get(DISABLE);
    assertThat(reason(disabled)).isEqualTo("failover");
    assertThat(visitor.get("/").body()).isEqualTo("old");
  }

  @Test
  void aVersionInMaintenanceIsTold() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    proxy.change(new PlanEdit.SetMaintenance(true, true, false));
    PlainHttpClient tester = wire.client(proxy);
    assertThat(tester.get(LOOK).body()).contains(OLD, "visitors get a maintenance page");
    assertThat(tester.get(ENABLE).body()).contains(NEW, "you may use it all the same");
    assertThat(tester.get("/").body()).isEqualTo("new");
  }

  @Test
  void whileARollbackSilencesTheCookieThePageDoesNotClaimOtherwise() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy("split.initial-percent = 10", "upgrade.after-rollback = ignore");
    proxy.change(new PlanEdit.Rollback());
    PlainHttpClient tester = wire.client(proxy);
    Answer enabled = tester.get(ENABLE);
    assertThat(enabled.body())
        .contains(OLD, "The upgrade cookie is set, but")
        .doesNotContain("You are on the new");
    assertThat(tester.get(LOOK).body()).contains(OLD, "it does not count until");
    assertThat(tester.get("/").body()).isEqualTo("old");
    proxy.percent(1);
    assertThat(tester.get("/").body()).isEqualTo("new");
  }

  // ---- looking changes nothing

  @ParameterizedTest
  @ValueSource(strings = {LOOK, DISABLE + "?look", ENABLE, DISABLE})
  void lookingPinsNobodyAndMovesNobody(String target) throws Exception {
    RunningProxyFixture proxy = wire.proxy("affinity.policy = ratchet");
    old.answering(r -> RecordingOrigin.ok("Set-Cookie: PHPSESSID=s; path=/\r\n", "old"));
    PlainHttpClient visitor = wire.client(proxy);
    visitor.get("/");
    Map<String, String> before = Map.copyOf(visitor.cookies());
    proxy.percent(100);
    Answer page = visitor.get(target);
    assertThat(page.fields("Set-Cookie")).noneMatch(c -> c.startsWith("crossfade="));
    wire.client(proxy).get(target, "Cookie", "PHPSESSID=s");
    visitor.cookies().remove("upgrade");
    assertThat(visitor.cookies()).isEqualTo(before);
    proxy.percent(0);
    assertThat(visitor.get("/").body()).as("by our cookie").isEqualTo("old");
    assertThat(wire.client(proxy).get("/", "Cookie", "PHPSESSID=s").body())
        .as("by the session learned")
        .isEqualTo("old");
    assertThat(proxy.tally().of("moved from old")).isZero();
  }

  @Test
  void toLookSetsAndRemovesNothing() throws Exception {
    PlainHttpClient tester = wire.client(proxyWithToken());
    tester.get(LOOK + "&token=s3cret");
    assertThat(tester.cookies()).doesNotContainKey("upgrade");
    tester.cookies().put("upgrade", "s3cret");
    for (String target : List.of(LOOK, ENABLE, DISABLE + "?look", DISABLE + "?look=1")) {
      Answer page = tester.get(target);
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.body()).contains(NEW);
      assertThat(page.fields("Set-Cookie")).noneMatch(c -> c.startsWith("upgrade="));
    }
  }

  // ---- the token

  @Test
  void enablingNeedsTheTokenAndTheTokenIsNeverShown() throws Exception {
    PlainHttpClient tester = wire.client(proxyWithToken());
    Answer form = tester.get(ENABLE);
    assertThat(form.status()).isEqualTo(200);
    assertThat(form.body()).contains("<form method=\"post\" action=\"" + ENABLE + "\">", OLD);
    Answer wrong = tester.get(ENABLE + "?token=guess");
    assertThat(wrong.body()).contains("not the right token", "<form method=\"post\"");
    Answer broken = tester.get(ENABLE + "?token=%zz");
    Answer empty = tester.get(ENABLE + "?token");
    assertThat(List.of(wrong, broken, empty)).extracting(Answer::status).containsOnly(403);
    assertThat(tester.cookies()).doesNotContainKey("upgrade");
    Answer right = tester.get(ENABLE + "?a=b&token=s3cre%74");
    assertThat(right.status()).isEqualTo(200);
    assertThat(right.body()).contains(NEW);
    assertThat(List.of(form, wrong, broken, right))
        .allSatisfy(answer -> assertThat(answer.body()).doesNotContain("s3cret", "guess"))
        .allSatisfy(answer -> assertThat(answer.field("Referrer-Policy")).hasValue("no-referrer"));
    assertThat(tester.get("/").body()).isEqualTo("new");
    tester.cookies().put("upgrade", "1");
    assertThat(tester.get("/").body()).isEqualTo("old");
    assertThat(old.seen()).extracting(RecordingOrigin.Seen::target).containsExactly("/");
  }

  @Test
  void anAddressWithTheTokenIsLeftAtOnceForOneWithoutIt() throws Exception {
    PlainHttpClient tester = wire.client(proxyWithToken());
    Answer right = tester.get(ENABLE + "?token=s3cret");
    assertThat(right.field("Refresh")).hasValue("0; url=" + LOOK);
    assertThat(tester.get(ENABLE + "?token=x").field("Refresh")).isEmpty();
  }

  @Test
  void theFormKeepsTheTokenOutOfTheAddress() throws Exception {
    PlainHttpClient tester = wire.client(proxyWithToken());
    Answer wrong = tester.post(ENABLE, "token=guess");
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.body()).contains("not the right token").doesNotContain("guess");
    assertThat(tester.post(ENABLE, "").status()).isEqualTo(403);
    assertThat(tester.post(ENABLE, "other=s3cret").status()).isEqualTo(403);
    assertThat(tester.cookies()).doesNotContainKey("upgrade");
    Answer right = tester.post(ENABLE, "a=b&token=s%33cret");
    assertThat(right.status()).isEqualTo(303);
    assertThat(right.field("Location")).hasValue(LOOK);
    assertThat(right.body()).doesNotContain("s3cret");
    assertThat(tester.cookies()).containsEntry("upgrade", "s3cret");
    assertThat(tester.connected()).isTrue();
    assertThat(tester.get(LOOK).body()).contains(NEW, "has the upgrade cookie");
    assertThat(old.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFormMayComeInPiecesAndTheNextRequestBehindIt(boolean chunked) throws Exception {
    RunningProxyFixture proxy = proxyWithToken();
    RawClient client = wire.add(new RawClient(proxy.port()));
    client.sendSlowly(
        "POST /enable-upgrade.html HTTP/1.1\r\nHost: a\r\n"
            + (chunked
                ? "Transfer-Encoding: chunked\r\n\r\n6;x\r\ntoken=\r\n6\r\ns3cret\r\n0\r\n\r\n"
                : "Content-Length: 12\r\n\r\ntoken=s3cret"));
    client.send("GET /behind HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.answer().status()).isEqualTo(303);
    StrictHttp.Answer behind = client.answer();
    assertThat(behind.status()).isEqualTo(200);
    assertThat(old.seen()).extracting(RecordingOrigin.Seen::target).containsExactly("/behind");
  }

  @Test
  void aFormThatIsTooLargeIsRefused() throws Exception {
    RunningProxyFixture proxy = proxyWithToken();
    String large = "token=s3cret&x=" + "y".repeat(TokenForm.MOST);
    assertThat(wire.client(proxy).post(ENABLE, large).status()).isEqualTo(413);
    RawClient client = wire.add(new RawClient(proxy.port()));
    client.send(
        "POST /enable-upgrade.html HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(large.length())
            + "\r\n"
            + large
            + "\r\n");
    assertThat(client.answer().status()).isEqualTo(413);
    assertThat(proxy.tally().of("rejected body-too-large")).isEqualTo(2);
  }

  @Test
  void whoLeavesWithinTheFormOrWaitsForAContinueLeavesNothingBehind() throws Exception {
    RunningProxyFixture proxy = proxyWithToken();
    String head = "POST /enable-upgrade.html HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n";
    RawClient leaving = wire.add(new RawClient(proxy.port()));
    leaving.send(head + "\r\ntoken").closeOutput();
    assertThat(leaving.readToEnd()).isEmpty();
    RawClient waiting = wire.add(new RawClient(proxy.port()));
    waiting.send(head + "Expect: 100-continue\r\n\r\n");
    assertThat(waiting.answer().status()).isEqualTo(403);
  }

  @Test
  void whatTellsHowFarTheSplitIsGoesToThoseWithTheToken() throws Exception {
    RunningProxyFixture proxy =
        proxyWithToken(
            "split.initial-percent = 25",
            "rules = [{ name = erp, method = HEAD, path-prefix = \"/x\", side = old }]");
    PlainHttpClient visitor = wire.client(proxy);
    for (String target : List.of(ENABLE, LOOK, DISABLE, ENABLE + "?token=x")) {
      assertThat(visitor.get(target).body())
          .contains("<dt>Reason</dt>")
          .doesNotContain("Bucket", "2500", "25 %");
    }
    visitor.cookies().put("upgrade", "s3cret");
    assertThat(visitor.get(DISABLE).body()).doesNotContain("2500");
  }

  // ---- other sites

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A link in the ticket system, a bookmark, the button on the page.
        "cross-site  | navigate    | document | true",
        "same-site   | navigate    | document | true",
        "none        | navigate    | document | true",
        "same-origin | navigate    | document | true",
        // A script of the shop's own.
        "same-origin | cors        | empty    | true",
        "same-origin | same-origin | empty    | true",
        // What a page has in it, its own or another's.
        "cross-site  | no-cors     | image    | false",
        "same-site   | no-cors     | image    | false",
        "same-origin | no-cors     | image    | false",
        "cross-site  | no-cors     | script   | false",
        "cross-site  | navigate    | iframe   | false",
        "same-origin | navigate    | iframe   | false",
        "cross-site  | navigate    | object   | false",
        "cross-site  | cors        | empty    | false",
        "same-site   | cors        | empty    | false",
        "cross-site  | no-cors     | empty    | false",
        "cross-site  |             |          | false",
        "            |             | image    | false"
      })
  void onlyWhoAsksForThePageGetsTheCookie(String site, String mode, String dest, boolean set)
      throws Exception {
    RunningProxyFixture proxy = proxyWithToken();
    List<String> said = new ArrayList<>();
    List.of(
            new String[] {"Sec-Fetch-Site", site},
            new String[] {"Sec-Fetch-Mode", mode},
            new String[] {"Sec-Fetch-Dest", dest})
        .forEach(
            field -> {
              if (field[1] != null) {
                said.addAll(List.of(field));
              }
            });
    PlainHttpClient tester = wire.client(proxy);
    Answer enabled = tester.get(ENABLE + "?token=s3cret", said.toArray(String[]::new));
    assertThat(enabled.status()).isEqualTo(set ? 200 : 403);
    assertThat(tester.cookies().containsKey("upgrade")).isEqualTo(set);
    assertThat(enabled.body()).contains(set ? NEW : "Nothing was changed");
    assertThat(enabled.field("Refresh").isPresent()).isEqualTo(set);
    tester.cookies().put("upgrade", "s3cret");
    Answer disabled = tester.get(DISABLE, said.toArray(String[]::new));
    assertThat(disabled.status()).isEqualTo(set ? 200 : 403);
    assertThat(tester.cookies().containsKey("upgrade")).isEqualTo(!set);
  }

  @ParameterizedTest
  @CsvSource({"Sec-Purpose, prefetch;prerender", "Sec-Purpose, prefetch", "Purpose, prefetch"})
  void whatIsFetchedBeforeAnyoneAskedForItSetsNothing(String field, String value) throws Exception {
    PlainHttpClient tester = wire.client(wire.proxy());
    Answer page =
        tester.get(
            ENABLE,
            field,
            value,
            "Sec-Fetch-Site",
            "none",
            "Sec-Fetch-Mode",
            "navigate",
            "Sec-Fetch-Dest",
            "document");
    assertThat(page.status()).isEqualTo(403);
    assertThat(tester.cookies()).doesNotContainKey("upgrade");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sec-Fetch-Site | same-origin          | 303",
        "Sec-Fetch-Site | none                 | 303",
        "Sec-Fetch-Site | cross-site           | 403",
        "Sec-Fetch-Site | same-site            | 403",
        "Origin         | http://127.0.0.1:OWN | 303",
        "Origin         | null                 | 303",
        "Origin         | http://127.0.0.1:1   | 403",
        "Origin         | https://evil.example | 403"
      })
  void anotherSitesFormIsRefused(String field, String value, int status) throws Exception {
    RunningProxyFixture proxy = proxyWithToken();
    List<Field> said = new ArrayList<>();
    said.add(new Field(field, value.replace("OWN", Integer.toString(proxy.port()))));
    if (field.startsWith("Sec-")) {
      said.addAll(Field.list("Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"));
    }
    PlainHttpClient tester = wire.client(proxy);
    assertThat(tester.request("POST", ENABLE, said, "token=s3cret").status()).isEqualTo(status);
    assertThat(tester.cookies().containsKey("upgrade")).isEqualTo(status == 303);
  }

  // ---- languages, methods, paths

  @Test
  void thePagesSpeakTheBrowsersLanguage() throws Exception {
    PlainHttpClient tester = wire.client(proxyWithToken("split.initial-percent = 12.5"));
    Answer form = tester.get(ENABLE, "Accept-Language", "de-DE,de;q=0.9,en;q=0.8");
    assertThat(form.body()).contains("<html lang=\"de\">", "Die neue Version testen");
    Answer wrong = tester.get(ENABLE + "?token=x", "Accept-Language", "de");
    assertThat(wrong.body()).contains("Das ist nicht das richtige Token");
    tester.cookies().put("upgrade", "s3cret");
    Answer page = tester.get(LOOK, "Accept-Language", "de");
    assertThat(page.body()).contains("Sie sind auf der neuen Version", NEW, "<dt>Seite</dt>");
    Answer english = tester.get(LOOK, "Accept-Language", "de;q=0.1, en");
    assertThat(english.body()).contains("<html lang=\"en\">", "You are on the new version");
    Answer disabled = tester.get(DISABLE, "Accept-Language", "de");
    assertThat(disabled.body()).contains("Der Upgrade-Cookie ist entfernt");
  }

  @Test
  void thePagesAnswerHeadWithoutABodyAndLeaveOtherMethodsToTheApplication() throws Exception {
    RunningProxyFixture proxy = wire.proxy();
    PlainHttpClient tester = wire.client(proxy);
    Answer head = tester.request("HEAD", ENABLE, List.of(), null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(Integer.parseInt(head.field("Content-Length").orElseThrow())).isPositive();
    tester.cookies().clear();
    assertThat(tester.post(ENABLE, "a=b").body()).isEqualTo("old");
    assertThat(tester.get(ENABLE + "x").body()).isEqualTo("old");
  }

  @Test
  void theFormIsForTheEnablingPageAlone() throws Exception {
    PlainHttpClient tester = wire.client(proxyWithToken());
    assertThat(tester.request("PUT", ENABLE, List.of(), "token=s3cret").body()).isEqualTo("old");
    assertThat(tester.post(DISABLE, "token=s3cret").body()).isEqualTo("old");
  }

  @Test
  void thePagesCanMoveOrBeAbsent() throws Exception {
    RunningProxyFixture proxy =
        wire.proxy("upgrade.enable-path = /on", "upgrade.disable-path = /off");
    PlainHttpClient tester = wire.client(proxy);
    assertThat(tester.get("/on").body()).contains(NEW, "action=\"/off\"");
    assertThat(tester.get("/off").body()).contains(OLD, "action=\"/on\"");
    assertThat(tester.get(ENABLE).body()).isEqualTo("old");
    proxy.reconfigure(wire.lines("upgrade.pages = off"));
    assertThat(tester.get("/on").body()).isEqualTo("old");
    assertThat(tester.get(ENABLE).body()).isEqualTo("old");
  }
}
