package dev.crossfade.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin page in a browser, over a running proxy with two shops. */
class AdminPageIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int VISITORS = 200;
  private static final int PHONE_WIDTH = 360;
  private static final int PHONE_HEIGHT = 740;

  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  @TempDir Path folder;
  @RegisterExtension final Opened opened = new Opened();
  private RunningShops shops;

  private void start(String... lines) throws Exception {
    List<String> all = new ArrayList<>(List.of("split.initial-percent = 10"));
    all.addAll(List.of(lines));
    shops = opened.add(new RunningShops(folder, all.toArray(String[]::new)));
  }

  /** So many visitors, each with a request. */
  private void visit() throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(shops.port())) {
      for (int i = 0; i < VISITORS; i++) {
        client.cookies().clear();
        client.cookies().put("PHPSESSID", "visitor" + i);
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }
  }

  private JsonNode admin(String method, String target, @Nullable String body) throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(shops.adminPort())) {
      Answer answer = client.request(method, target, List.of(), body);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    }
  }

  private JsonNode state() throws IOException {
    return admin("GET", "/split", null);
  }

  /** Somebody else changes the percentage. */
  private void setByOthers(int percent, String reason) throws IOException {
    admin("PUT", "/split", "{\"percent\":" + percent + ",\"reason\":\"" + reason + "\"}");
  }

  private Page open() {
    return open(CHROMIUM.page());
  }

  private Page open(Page page) {
    page.navigate(shops.admin() + "/");
    assertThat(page.locator("#link")).hasText("Live");
    return page;
  }

  private static void propose(Page page, String percent) {
    page.locator("#share-field").fill(percent);
    page.locator("#share-form .primary").click();
  }

  @Test
  void theCrossfadeIsSeenAtAGlance() throws Exception {
    start();
    visit();
    Page page = open();
    assertThat(page).hasTitle("10 % on new · Crossfade");
    assertThat(page.locator("#percent-new")).hasText("10 %");
    assertThat(page.locator("#percent-old")).hasText("90 %");
    assertThat(page.locator("#fact-visitors"))
        .hasText(Pattern.compile("\\d+\\.\\d % on new: \\d+ of " + VISITORS));
    assertThat(page.locator("#bar"))
        .hasAttribute(
            "aria-label",
            Pattern.compile(
                "10 % of visitors on new, as configured; .*requests of the last min.*"));
    assertThat(page.locator("#charts canvas")).hasCount(3);
    assertThat(page.locator("#endpoints tbody tr")).hasCount(2);
    assertThat(page.locator("#endpoints .health").first()).hasText("healthy");
    assertThat(page.locator("#history tbody tr")).hasCount(1);
    assertThat(page.locator("#history tbody")).containsText("initial percent 10");
    assertThat(page.locator("#troubles")).isHidden();
  }

  @Test
  void theShareIsRaisedByThePreviewThatWasLookedAt() throws Exception {
    start();
    visit();
    Page page = open();
    page.locator("#share-slider").fill("40");
    assertThat(page.locator("#share-field")).hasValue("40");
    page.locator("#share-form .primary").click();
    JsonNode moving = admin("PUT", "/split?dry-run=true", "{\"percent\":40}");
    int toNew = moving.path("visitors-moving").path("to-new").asInt();
    assertThat(toNew).isPositive();
    assertThat(page.locator("#proposal"))
        .containsText("Moves about " + toNew + " visitors to new of the 200 seen");
    assertThat(page.locator("#proposal")).containsText("From 10 % to 40 %, on revision 1.");
    assertThat(state().path("percent").asInt()).isEqualTo(10);
    page.locator("#proposal-reason").fill("errors flat <b>for an hour</b>");
    page.locator("#proposal-confirm").click();
    assertThat(page.locator("#said")).hasText("The share of new is 40 %. Revision 2.");
    assertThat(page.locator("#proposal")).isHidden();
    assertThat(page.locator("#percent-new")).hasText("40 %");
    assertThat(page.locator("#history tbody tr").first())
        .containsText("errors flat <b>for an hour</b>");
    assertThat(page.locator("#share-form .primary")).isFocused();
    assertThat(state().path("percent").asInt()).isEqualTo(40);
    assertThat(state().path("changed-by").asString()).isEqualTo("operator");
  }

  @Test
  void whatAnotherChangedWhileAPreviewIsLookedAtIsShown() throws Exception {
    start();
    Page page = open();
    propose(page, "50");
    assertThat(page.locator("#proposal-confirm")).isEnabled();
    setByOthers(15, "a bit more");
    assertThat(page.locator("#proposal .others li"))
        .containsText("operator: percent 10 to 15 (a bit more)");
    assertThat(page.locator("#proposal-confirm")).isHidden();
    assertThat(page.locator("#percent-new")).hasText("15 %");
    page.locator("#proposal-again").click();
    assertThat(page.locator("#proposal")).containsText("From 15 % to 50 %, on revision 2.");
    page.locator("#proposal-confirm").click();
    assertThat(page.locator("#percent-new")).hasText("50 %");
    assertThat(state().path("revision").asInt()).isEqualTo(3);
  }

  /** Without the stream only If-Match stands between a page that knows nothing and the split. */
  @Test
  void whatAnotherChangedUnseenIsNotOverwritten() throws Exception {
    start();
    Page page = CHROMIUM.page();
    page.route("**/events", Route::abort);
    page.navigate(shops.admin() + "/");
    assertThat(page.locator("#link")).containsText("Stale since");
    propose(page, "50");
    assertThat(page.locator("#proposal-confirm")).isEnabled();
    setByOthers(15, "a bit more");
    page.locator("#proposal-confirm").click();
    assertThat(page.locator("#proposal .others li"))
        .containsText("operator: percent 10 to 15 (a bit more)");
    assertThat(state().path("percent").asInt()).isEqualTo(15);
    page.locator("#proposal-cancel").click();
    assertThat(page.locator("#proposal")).isHidden();
    assertThat(state().path("revision").asInt()).isEqualTo(2);
  }

  @Test
  void aSecondPreviewIsOfTheShareThatWasSetSecond() throws Exception {
    start();
    Page page = open();
    Locator slider = page.locator("#share-slider");
    Locator mark = page.locator("#bar .proposed");
    slider.fill("25");
    page.locator("#share-form .primary").click();
    assertThat(page.locator("#proposal")).containsText("From 10 % to 25 %");
    slider.fill("20");
    page.locator("#share-form .primary").click();
    assertThat(page.locator("#proposal")).containsText("From 10 % to 20 %");
    assertThat(slider).hasValue("20");
    assertThat(page.locator("#share-field")).hasValue("20");
    assertThat(mark).isVisible();
    page.locator("#proposal-cancel").click();
    assertThat(slider).hasValue("10");
    assertThat(mark).isHidden();
  }

  @Test
  void aPercentageThatIsNoneIsNotAskedFor() throws Exception {
    start();
    Page page = open();
    for (String none : List.of("", "101", "-1", "1.005")) {
      propose(page, none);
      assertThat(page.locator("#proposal")).isHidden();
    }
    propose(page, "12.5");
    assertThat(page.locator("#proposal")).containsText("From 10 % to 12.5 %");
    page.keyboard().press("Escape");
    assertThat(page.locator("#proposal")).isHidden();
    assertThat(page.locator("#share-field")).hasValue("10");
  }

  /** The button's middle, under the pointer. */
  private static Mouse pointAtRollback(Page page) {
    page.locator("#rollback").hover();
    return page.mouse();
  }

  private void assertRolledBack(Page page, int revision) throws IOException {
    assertThat(page.locator("#said"))
        .hasText("Rolled back: everyone is on old. Revision " + revision + ".");
    assertThat(page.locator("#percent-new")).hasText("0 %");
    assertThat(state().path("percent").asInt()).isZero();
    assertThat(state().path("epoch").asInt()).isPositive();
  }

  @Test
  void theRollbackIsHeldWithThePointer() throws Exception {
    start();
    Page page = open();
    page.locator("#rollback-reason").fill("orders are missing");
    pointAtRollback(page).down();
    assertRolledBack(page, 2);
    page.mouse().up();
    assertThat(state().path("reason").asString()).isEqualTo("orders are missing");
    assertThat(page.locator("#rollback-reason")).hasValue("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Enter", "Space"})
  void theRollbackIsHeldWithAKey(String key) throws Exception {
    start();
    Page page = open();
    page.locator("#rollback").focus();
    page.keyboard().down(key);
    assertRolledBack(page, 2);
    page.keyboard().up(key);
  }

  @Test
  void letGoTooEarlyNothingIsRolledBack() throws Exception {
    start();
    Page page = CHROMIUM.page();
    page.clock().install();
    open(page);
    holdTime(page);
    Locator said = page.locator("#said");
    Mouse mouse = pointAtRollback(page);
    mouse.down();
    assertThat(said).hasText("Keep holding to roll back …");
    page.clock().runFor(900);
    mouse.up();
    assertThat(said).containsText("Nothing was done");
    mouse.down();
    mouse.move(1, 1);
    assertThat(said).containsText("Nothing was done");
    mouse.up();
    page.locator("#rollback").focus();
    page.keyboard().down("Enter");
    page.clock().runFor(900);
    page.keyboard().press("Escape");
    page.keyboard().up("Enter");
    page.locator("#rollback").click();
    page.clock().runFor(10_000);
    assertThat(state().path("revision").asInt()).isEqualTo(1);
  }

  /** From now on the page's time stands still, but for what the test lets pass. */
  private static void holdTime(Page page) {
    long now = ((Number) page.evaluate("Date.now()")).longValue();
    page.clock().pauseAt(now + 2_000);
  }

  /** A finger that slides off has let go, though the pointer of a touch stays with its button. */
  @Test
  void theRollbackIsHeldWithAFinger() throws Exception {
    start();
    Page page = CHROMIUM.touched();
    page.clock().install();
    open(page);
    holdTime(page);
    CDPSession finger = page.context().newCDPSession(page);
    BoundingBox button = page.locator("#rollback").boundingBox();
    double x = button.x + button.width / 2;
    double y = button.y + button.height / 2;
    touch(finger, "touchStart", x, y);
    assertThat(page.locator("#said")).hasText("Keep holding to roll back …");
    touch(finger, "touchMove", x, y - 300);
    assertThat(page.locator("#said")).containsText("Nothing was done");
    page.clock().runFor(10_000);
    touch(finger, "touchEnd");
    assertThat(state().path("revision").asInt()).isEqualTo(1);
    touch(finger, "touchStart", x, y);
    assertThat(page.locator("#said")).hasText("Keep holding to roll back …");
    page.clock().runFor(1_000);
    assertRolledBack(page, 2);
    touch(finger, "touchEnd");
  }

  /** One finger, at these coordinates; at none when it is lifted. */
  private static void touch(CDPSession finger, String type, double... at) {
    JsonArray points = new JsonArray();
    if (at.length > 0) {
      JsonObject point = new JsonObject();
      point.addProperty("x", at[0]);
      point.addProperty("y", at[1]);
      points.add(point);
    }
    JsonObject event = new JsonObject();
    event.addProperty("type", type);
    event.add("touchPoints", points);
    finger.send("Input.dispatchTouchEvent", event);
  }

  /** As screen readers and switches press a button: they can't hold it. */
  @Test
  void whoCannotHoldPressesTwice() throws Exception {
    start();
    Page page = open();
    page.locator("#rollback").evaluate("button => button.click()");
    assertThat(page.locator("#said")).containsText("Press once more within eight seconds");
    assertThat(state().path("revision").asInt()).isEqualTo(1);
    page.locator("#rollback").evaluate("button => button.click()");
    assertRolledBack(page, 2);
  }

  @Test
  void aRollbackThatCannotBeSavedIsInForceAndSaysSo() throws Exception {
    start();
    Page page = open();
    Files.move(folder.resolve("data"), folder.resolve("away"));
    pointAtRollback(page).down();
    assertThat(page.locator("#said"))
        .hasText(Pattern.compile("Rolled back: .* could not be saved yet.*"));
    page.mouse().up();
    assertThat(page.locator("#troubles")).containsText("The state could not be saved.");
    assertThat(page.locator("#percent-new")).hasText("0 %");
    assertThat(state().path("percent").asInt()).isZero();
    Files.move(folder.resolve("away"), folder.resolve("data"));
    assertThat(page.locator("#troubles")).isHidden();
  }

  @Test
  void aProxyThatIsGoneLeavesThePageStaleUntilItComesBack() throws Exception {
    start();
    Page page = open();
    shops.stopProxy();
    assertThat(page.locator("#link")).hasText(Pattern.compile("Stale since \\d\\d:\\d\\d:\\d\\d"));
    assertThat(page.locator("#troubles")).containsText("What you see is from then");
    assertThat(page.locator("#charts")).hasClass(Pattern.compile("\\bstale\\b"));
    assertThat(page.locator("#percent-new")).hasText("10 %");
    pointAtRollback(page).down();
    assertThat(page.locator("#said")).containsText("not known whether it rolled back");
    page.mouse().up();
    shops.startProxy();
    page.locator("#troubles button").click();
    assertThat(page.locator("#link")).hasText("Live");
    assertThat(page.locator("#troubles")).isHidden();
    pointAtRollback(page).down();
    assertRolledBack(page, 2);
    page.mouse().up();
  }

  @Test
  void aConnectionThatHasGoneSilentIsNoticedAndLeft() throws Exception {
    start();
    Relay relay = opened.add(new Relay(shops.adminPort()));
    Page page = CHROMIUM.page();
    page.navigate(relay.address() + "/");
    assertThat(page.locator("#link")).hasText("Live");
    relay.silenceStreams();
    assertThat(page.locator("#troubles")).containsText("Nothing came any more.");
    assertThat(page.locator("#link")).hasText("Live");
    setByOthers(33, "behind the new connection");
    assertThat(page.locator("#percent-new")).hasText("33 %");
  }

  /** As the browser does it to the tab in front, and to one that another was put in front of. */
  private static void turn(Page page, String visibility) {
    page.evaluate(
        """
        visibility => {
          Object.defineProperty(document, 'visibilityState', {value: visibility, configurable: true});
          Object.defineProperty(document, 'hidden', {value: visibility === 'hidden', configurable: true});
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        visibility);
  }

  /** A browser opens six connections to a host and lets everything else wait. */
  @Test
  void tabsInTheBackgroundLeaveTheRollbackAConnection() throws Exception {
    start();
    Page page = open();
    for (int tab = 1; tab < 8; tab++) {
      turn(page, "hidden");
      page = open(page.context().newPage());
    }
    pointAtRollback(page).down();
    assertRolledBack(page, 2);
    page.mouse().up();
  }

  @Test
  void aTabThatComesToTheFrontIsNotStaleButConnects() throws Exception {
    start();
    Page page = open();
    page.evaluate(
        """
        () => {
          window.links = [];
          const link = document.querySelector('#link');
          // Also told where it is set to what it was.
          new MutationObserver(() => {
            if (link.dataset.link !== window.links.at(-1)) window.links.push(link.dataset.link);
          }).observe(link, {attributeFilter: ['data-link']});
        }
        """);
    turn(page, "hidden");
    assertThat(page.locator("#link")).hasText("Connecting");
    assertThat(page).hasTitle("Crossfade");
    setByOthers(33, "behind the tab's back");
    assertThat(page.locator("#percent-new")).hasText("10 %");
    turn(page, "visible");
    assertThat(page.locator("#link")).hasText("Live");
    assertThat(page.locator("#percent-new")).hasText("33 %");
    assertThat(page).hasTitle("33 % on new · Crossfade");
    turn(page, "hidden");
    turn(page, "visible"); // before the stream has ended
    assertThat(page.locator("#link")).hasText("Live");
    assertThat(page.evaluate("window.links"))
        .isEqualTo(List.of("connecting", "live", "connecting", "live"));
  }

  @Test
  void aTabThatComesToTheFrontOfAProxyThatIsGoneIsStale() throws Exception {
    start();
    Page page = open();
    turn(page, "hidden");
    assertThat(page.locator("#link")).hasText("Connecting");
    shops.stopProxy();
    turn(page, "visible");
    assertThat(page.locator("#link")).containsText("Stale since");
    assertThat(page.locator("#troubles")).containsText("The proxy can’t be reached.");
  }

  private void startWithTokens() throws Exception {
    Files.writeString(folder.resolve("operator"), "operators-secret");
    Files.writeString(folder.resolve("viewer"), "viewers-secret");
    start("admin.token-file = operator", "admin.viewer-token-file = viewer");
  }

  private static void giveToken(Page page, String token) {
    page.locator("#token-field").fill(token);
    page.locator("#token-form button").click();
  }

  @Test
  void theTokenIsAskedForAndKeptForTheTabAlone() throws Exception {
    startWithTokens();
    Page page = CHROMIUM.page();
    page.navigate(shops.admin() + "/");
    assertThat(page.locator("#token-field")).isFocused();
    assertThat(page.locator("#main")).isHidden();
    assertThat(page.locator("#rollback")).isHidden();
    giveToken(page, "wrong");
    assertThat(page.locator("#token-why")).containsText("no longer, good here");
    assertThat(page.locator("#token-field")).hasValue("");
    giveToken(page, "operators-secret");
    assertThat(page.locator("#link")).hasText("Live");
    assertThat(page.locator("#role")).hasText("operator");
    assertThat(page.locator("#rollback")).isVisible();
    page.reload();
    assertThat(page.locator("#link")).hasText("Live");
    assertThat(page.evaluate("localStorage.length + document.cookie.length")).isEqualTo(0);
    Page other = page.context().newPage();
    other.navigate(shops.admin() + "/");
    assertThat(other.locator("#token-field")).isVisible();
    page.locator("#forget-token").click();
    assertThat(page.locator("#token-field")).isVisible();
    assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
  }

  @Test
  void withoutATokenNothingIsSaidThatIsNotKnown() throws Exception {
    startWithTokens();
    Page page = CHROMIUM.page();
    page.navigate(shops.admin() + "/");
    assertThat(page.locator("#token-field")).isFocused();
    assertThat(page.locator("#link")).isHidden();
    giveToken(page, "operators-secret");
    assertThat(page.locator("#link")).hasText("Live");
    propose(page, "50");
    assertThat(page.locator("#proposal-confirm")).isEnabled();
    page.locator("#forget-token").click();
    assertThat(page.locator("#token-field")).isFocused();
    assertThat(page.locator("#link")).isHidden();
    assertThat(page.locator("#role")).isHidden();
    assertThat(page).hasTitle("Crossfade");
    giveToken(page, "viewers-secret");
    assertThat(page.locator("#link")).hasText("Live");
    assertThat(page.locator("#role")).hasText("viewer");
    assertThat(page).hasTitle("10 % on new · Crossfade");
    assertThat(page.locator("#proposal")).isHidden();
  }

  @Test
  void aViewerSeesAllAndIsOfferedNoChange() throws Exception {
    startWithTokens();
    Page page = CHROMIUM.page();
    page.navigate(shops.admin() + "/");
    giveToken(page, "viewers-secret");
    assertThat(page.locator("#role")).hasText("viewer");
    assertThat(page.locator("#viewer")).isVisible();
    assertThat(page.locator("#percent-new")).hasText("10 %");
    assertThat(page.locator("#history tbody tr")).hasCount(1);
    for (Locator control : page.locator("[data-changes]").all()) {
      assertThat(control).isHidden();
    }
    page.locator("#explain-form button").click();
    assertThat(page.locator("#explanation")).containsText("because");
  }

  @Test
  void aTokenThatIsReplacedIsAskedForAnew() throws Exception {
    startWithTokens();
    Page page = CHROMIUM.page();
    page.navigate(shops.admin() + "/");
    giveToken(page, "operators-secret");
    assertThat(page.locator("#link")).hasText("Live");
    Files.writeString(folder.resolve("operator"), "another-secret");
    page.evaluate(
        "() => fetch('reload', {method: 'POST', headers: {Authorization: 'Bearer operators-secret'}})");
    assertThat(page.locator("#token-field")).isVisible();
    giveToken(page, "another-secret");
    assertThat(page.locator("#link")).hasText("Live");
  }

  @Test
  void anEndpointIsDrainedAndComesBack() throws Exception {
    start();
    Page page = open();
    Locator row = page.locator("#endpoints tbody tr").first();
    row.locator("button[data-state=drain]").click();
    assertThat(page.locator("#proposal")).containsText("It gets no new requests");
    page.locator("#proposal-reason").fill("new disk");
    page.locator("#proposal-confirm").click();
    assertThat(row.locator("[data-name=State]")).hasText("drain");
    assertThat(page.locator("#troubles")).containsText("New has no healthy endpoint.");
    JsonNode endpoint = admin("GET", "/upstreams", null).path("new").path("endpoints").path(0);
    assertThat(endpoint.path("state").asString()).isEqualTo("drain");
    row.locator("button[data-state=ready]").click();
    page.locator("#proposal-confirm").click();
    assertThat(row.locator("[data-name=State]")).hasText("ready");
    assertThat(page.locator("#troubles")).isHidden();
  }

  @Test
  void writesAreFrozenAndThawed() throws Exception {
    start();
    Page page = open();
    Locator freeze = page.locator("#maintenance li").last().locator("button");
    freeze.click();
    assertThat(page.locator("#proposal-title")).hasText("Freeze writes?");
    page.locator("#proposal-confirm").click();
    assertThat(page.locator("#troubles")).containsText("Writes are frozen.");
    assertThat(state().path("maintenance").path("freeze-writes").asBoolean()).isTrue();
    assertThat(freeze).hasText("Thaw writes");
    try (PlainHttpClient buyer = new PlainHttpClient(shops.port())) {
      buyer.cookies().put("upgrade", "1");
      for (int i = 0; i < 50; i++) {
        buyer.post("/cart", "product=1");
      }
    }
    assertThat(
            page.locator(
                "#now tr", new Page.LocatorOptions().setHasText(Pattern.compile("^Errors[^ /]"))))
        .containsText("100");
    assertThat(page.locator("#troubles")).not().containsText("Many errors");
    freeze.click();
    page.locator("#proposal-confirm").click();
    assertThat(page.locator("#troubles")).isHidden();
  }

  /**
   * Which of its visitors still get through is told before and after, and is what the proxy does.
   */
  @Test
  void aSideInMaintenanceIsPassedByTheUpgradeCookie() throws Exception {
    start("split.initial-percent = 0");
    Page page = open();
    page.locator("#maintenance li").nth(1).locator("button").click();
    assertThat(page.locator("#proposal-title")).hasText("Put old into maintenance?");
    assertThat(page.locator("#proposal"))
        .containsText("Its visitors get 503 with Retry-After; the upgrade cookie passes.");
    page.locator("#proposal-confirm").click();
    assertThat(page.locator("#troubles"))
        .containsText("Old is in maintenance. Its visitors get 503; the upgrade cookie passes.");
    try (PlainHttpClient visitor = new PlainHttpClient(shops.port())) {
      assertThat(visitor.get("/").status()).isEqualTo(503);
      visitor.cookies().put("upgrade", "never");
      assertThat(visitor.get("/").status()).isEqualTo(200);
    }
  }

  /**
   * A page whose stream is the proxy's, but for what {@code window.edit} does to each of its
   * moments before the page hears of it.
   */
  private Page openEdited(String edit) {
    Page page = CHROMIUM.page();
    page.addInitScript(
        """
        window.edit = EDIT;
        const told = data => {
          const event = JSON.parse(data);
          const moment = event.now ?? event;
          if (moment.new) {
            window.edit(moment);
          }
          return JSON.stringify(event);
        };
        const real = window.fetch;
        window.fetch = async (...asked) => {
          const answer = await real(...asked);
          if (asked[0] !== 'events') {
            return answer;
          }
          let rest = '';
          const edited = new TransformStream({
            transform(text, to) {
              const events = (rest + text).split('\\n\\n');
              rest = events.pop();
              events.forEach(event =>
                to.enqueue(event.replace(/(?<=^data:).*$/m, told) + '\\n\\n'));
            }
          });
          return new Response(
            answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(edited)
              .pipeThrough(new TextEncoderStream()),
            {status: answer.status, headers: answer.headers});
        };
        """
            .replace("EDIT", edit));
    return open(page);
  }

  /** New answers 100 requests a second, and {@code window.failed} of them with an error. */
  private Page openWithErrors() {
    return openEdited(
        "({new: side}) => Object.assign(side, {requests: 100, closed: 0, errors: window.failed ?? 0})");
  }

  private static void fail(Page page, double failed) {
    page.evaluate("failed => { window.failed = failed; }", failed);
  }

  @Test
  void manyErrorsAreTroubleUntilTheyAreClearlyFewer() throws Exception {
    start();
    Page page = openWithErrors();
    page.evaluate(
        """
        () => {
          window.spoken = [];
          const said = document.querySelector('#troubles-said');
          new MutationObserver(() => window.spoken.push(said.textContent))
            .observe(said, {childList: true});
        }
        """);
    Locator errors =
        page.locator(
            "#now tr", new Page.LocatorOptions().setHasText(Pattern.compile("^Errors\\d")));
    Locator troubles = page.locator("#troubles");
    fail(page, 4.5);
    assertThat(errors).containsText("4.5");
    assertThat(troubles).isHidden();
    for (double failed : new double[] {5.5, 4.5, 5.5, 4}) {
      fail(page, failed);
      assertThat(troubles).containsText("Many errors on new. " + failed + " % of its answers");
    }
    fail(page, 3.9);
    assertThat(troubles).isHidden();
    assertThat(page.evaluate("window.spoken"))
        .isEqualTo(List.of("Many errors on new.", "The trouble is over."));
  }

  @Test
  void troubleDoesNotSpeakOverWhatTheOperatorIsTold() throws Exception {
    start();
    Page page = openWithErrors();
    page.locator("#rollback").evaluate("button => button.click()");
    assertThat(page.locator("#said")).containsText("Press once more within eight seconds");
    fail(page, 50);
    assertThat(page.locator("#troubles")).containsText("Many errors on new.");
    assertThat(page.locator("#said")).containsText("Press once more within eight seconds");
    assertThat(page.locator("#troubles-said")).hasText("Many errors on new.");
  }

  @Test
  void whereNothingIsKnownTheChartsSaySo() throws Exception {
    start();
    Page page =
        openEdited(
            """
            moment => {
              if (window.later) {
                moment.at = new Date(Date.parse(moment.at) + 60000).toISOString();
                document.body.dataset.later = true;
              }
            }
            """);
    Locator figure = page.locator("#charts figure").first();
    assertThat(figure.locator(".values .new")).hasText(Pattern.compile("new \\d+\\.\\d"));
    page.evaluate("window.later = true");
    assertThat(page.locator("body")).hasAttribute("data-later", "true");
    // Left of the last second by a little less than the minute of which nothing is known.
    Locator plot = figure.locator(".u-over");
    BoundingBox box = plot.boundingBox();
    plot.hover(
        new Locator.HoverOptions().setPosition(box.width * (1 - 50 / 300.0), box.height / 2));
    assertThat(figure.locator(".values .new")).hasText("new –");
    assertThat(figure.locator(".values .old")).hasText("old –");
  }

  @Test
  void troubleStandsAtTheTop() throws Exception {
    start("upstreams.new.endpoints = [\"127.0.0.1:" + ChildProcess.freePort() + "\"]");
    Page page = open();
    assertThat(page.locator("#troubles")).isHidden();
    try (PlainHttpClient tester = new PlainHttpClient(shops.port())) {
      tester.cookies().put("upgrade", "1");
      tester.get("/"); // whoever comes first finds out
    }
    assertThat(page.locator("#troubles"))
        .containsText("New has no healthy endpoint. Failover is active");
    assertThat(page.locator("#endpoints .health").first()).hasText("down");
    assertThat(page.locator("#endpoints .detail").first()).containsText("since");
  }

  @Test
  void aRequestIsExplained() throws Exception {
    start("rules = [{ name = integrations, path-prefix = \"/rest/\", side = new }]");
    Page page = open();
    page.locator("#explain-path").fill("/rest/orders");
    page.locator("#explain-form button").click();
    assertThat(page.locator("#explanation")).hasText("new because the rule integrations matches.");
    page.locator("#explain-path").fill("/");
    page.locator("#explain-cookie").fill("PHPSESSID=visitor1");
    page.locator("#explain-form button").click();
    assertThat(page.locator("#explanation"))
        .hasText(
            Pattern.compile("(old|new) because of bucket \\d+, which is .* threshold 1000\\."));
    page.locator("#explain-path").fill("no path");
    page.locator("#explain-form button").click();
    assertThat(page.locator("#explanation")).hasClass("problem");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "split   | This time it drew bucket \\d+; the next may draw another\\.",
        "address | This client address and User-Agent always get bucket \\d+\\."
      })
  void aFirstVisitIsExplained(String anonymous, String because) throws Exception {
    start("session.anonymous = " + anonymous);
    Page page = open();
    page.locator("#explain-client").fill("203.0.113.9");
    page.locator("#explain-form button").click();
    assertThat(page.locator("#explanation"))
        .hasText(Pattern.compile("(old|new) because it would be a first visit\\. " + because));
  }

  @ParameterizedTest
  @EnumSource(names = {"LIGHT", "DARK"})
  void nothingSeriousStandsInAnybodysWay(ColorScheme scheme) throws Exception {
    startWithTokens();
    Page page = CHROMIUM.page(scheme, 1280, 900);
    page.navigate(shops.admin() + "/");
    giveToken(page, "wrong");
    assertThat(page.locator("#token-why")).hasClass("problem");
    assertThat(Chromium.seriousProblems(page)).isEmpty();
    giveToken(page, "operators-secret");
    assertThat(page.locator("#history tbody tr")).hasCount(1);
    page.locator("#maintenance li").last().locator("button").click();
    page.locator("#proposal-confirm").click();
    assertThat(page.locator("#troubles")).isVisible();
    propose(page, "50");
    assertThat(page.locator("#proposal-confirm")).isEnabled();
    assertThat(Chromium.seriousProblems(page)).isEmpty();
    shops.stopProxy();
    assertThat(page.locator("#link")).containsText("Stale");
    assertThat(Chromium.seriousProblems(page)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"LIGHT", "DARK"})
  void onAPhoneNothingIsTooWideAndTheRollbackIsInReach(ColorScheme scheme) throws Exception {
    start();
    visit();
    Page page = open(CHROMIUM.page(scheme, PHONE_WIDTH, PHONE_HEIGHT));
    propose(page, "33.33");
    assertThat(page.locator("#proposal-confirm")).isEnabled();
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE_WIDTH);
    assertThat(page.locator("#rollback")).isInViewport();
    assertThat(page.locator("#proposal-confirm")).isInViewport();
    page.locator("#proposal-cancel").click();
    page.locator("#explain-form button").scrollIntoViewIfNeeded();
    assertThat(page.locator("#rollback")).isInViewport();
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE_WIDTH);
    assertThat(Chromium.seriousProblems(page)).isEmpty();
    page.evaluate("scrollTo(0, document.body.scrollHeight)");
    @SuppressWarnings("unchecked")
    Map<String, Number> last =
        (Map<String, Number>)
            page.evaluate(
                "() => ({form: document.querySelector('#explanation').getBoundingClientRect().bottom,"
                    + " dock: document.querySelector('#dock').getBoundingClientRect().top})");
    assertThat(last.get("form").doubleValue()).isLessThan(last.get("dock").doubleValue());
  }
}
