package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.split.SplitSettings.Secure;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision row by row; what holds whatever happens is in {@link SplitterPropertiesTest}. */
class SplitterTest {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  // Row 2: the upgrade cookie.

  @Test
  void anyUpgradeCookieButAnEmptyOneGoesToNewAndNeverGoesToOld() {
    Site site = new Site(Policy.FOLLOW);
    assertThat(decided(site, "1")).isEqualTo(Assignment.of(Side.NEW, Reason.UPGRADE, -1));
    assertThat(decided(site, "\"\"").side()).isEqualTo(Side.NEW);
    assertThat(decided(site, "Never").side()).isEqualTo(Side.NEW);
    site.promote();
    assertThat(decided(site, "never")).isEqualTo(Assignment.of(Side.OLD, Reason.UPGRADE, -1));
    assertThat(decided(site, "").reason()).isEqualTo(Reason.FIRST);
  }

  @Test
  void withATokenOnlyTheTokenGoesToNewAndNeverNeedsNone() {
    Site site = new Site(Policy.FOLLOW, Anonymous.SPLIT, "s3cret");
    assertThat(decided(site, "s3cret").reason()).isEqualTo(Reason.UPGRADE);
    assertThat(decided(site, "never")).isEqualTo(Assignment.of(Side.OLD, Reason.UPGRADE, -1));
    for (String other : new String[] {"1", "s3cre", "s3crets", "S3cret", "s3crets3cret", ""}) {
      assertThat(decided(site, other).reason()).as(other).isEqualTo(Reason.FIRST);
    }
  }

  @Test
  void whereItIsNotHonouredTheUpgradeCookieReachesNewNoMoreButNeverStillKeepsOnOld() {
    Site site = new Site(Policy.FOLLOW);
    site.upgradeHonoured = false;
    assertThat(decided(site, "1").side()).isEqualTo(Side.OLD);
    assertThat(decided(site, "1").reason()).isEqualTo(Reason.FIRST);
    assertThat(decided(site, "never").reason()).isEqualTo(Reason.UPGRADE);
  }

  @Test
  void upgradedAreThoseWhoseValidUpgradeCookieAsksForNew() {
    Browser browser = new Browser(new Site(Policy.FOLLOW, Anonymous.SPLIT, "s3cret"));
    for (String value : new String[] {"s3cret", "1", "never", ""}) {
      browser.upgrade = value;
      browser.show();
      assertThat(browser.site.splitter.upgraded(browser.visitor)).isEqualTo(value.equals("s3cret"));
    }
  }

  @Test
  void theUpgradeCookiePinsNobody() {
    Browser browser = Browser.withSession(new Site(Policy.PIN), "abc");
    browser.upgrade = "1";
    assertThat(browser.get().side()).isEqualTo(Side.NEW);
    assertThat(browser.gotCookie).isFalse();
    browser.upgrade = null;
    assertThat(browser.get().side()).isEqualTo(Side.OLD);
  }

  // Row 3: policies.

  @Test
  void underFollowNobodyIsPinned() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = withBucket(site, 5000);
    assertThat(browser.getAt(5001)).isEqualTo(Assignment.of(Side.NEW, Reason.BUCKET, 5000));
    assertThat(browser.getAt(5000)).isEqualTo(Assignment.of(Side.OLD, Reason.BUCKET, 5000));
  }

  @Test
  void underRatchetWhoIsOnNewStaysThereAndWhoIsOnOldFollows() {
    Site site = new Site(Policy.RATCHET);
    Browser browser = withBucket(site, 5000);
    assertThat(browser.get()).isEqualTo(Assignment.of(Side.OLD, Reason.BUCKET, 5000));
    assertThat(browser.getAt(6000)).isEqualTo(Assignment.of(Side.NEW, Reason.BUCKET, 5000));
    assertThat(browser.getAt(100)).isEqualTo(Assignment.of(Side.NEW, Reason.PINNED, 5000));
  }

  @Test
  void underPinWhoHasASideKeepsIt() {
    Site site = new Site(Policy.PIN);
    Browser browser = withBucket(site, 5000);
    assertThat(browser.get()).isEqualTo(Assignment.of(Side.OLD, Reason.BUCKET, 5000));
    assertThat(browser.getAt(10_000)).isEqualTo(Assignment.of(Side.OLD, Reason.PINNED, 5000));
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void aRollbackEndsEveryPin(Policy policy) {
    Site site = new Site(policy);
    site.threshold = 6000;
    Browser browser = withBucket(site, 5000);
    assertThat(browser.get().side()).isEqualTo(Side.NEW);
    site.rollback();
    assertThat(browser.get()).isEqualTo(Assignment.of(Side.OLD, Reason.BUCKET, 5000));
    assertThat(browser.visitor.movedFrom()).isEqualTo(Side.NEW);
    site.promote();
    assertThat(browser.get()).isEqualTo(Assignment.of(Side.NEW, Reason.BUCKET, 5000));
  }

  @Test
  void theLearnedTablePinsWhoDropsOurCookie() {
    Site site = new Site(Policy.PIN);
    Browser browser = new Browser(site);
    browser.keepsOurCookie = false;
    Assignment first = browser.getWithNewSession("id");
    assertThat(first.side()).isEqualTo(Side.OLD);
    assertThat(browser.getAt(10_000))
        .isEqualTo(Assignment.of(Side.OLD, Reason.PINNED, first.bucket()));
    site.promote();
    assertThat(browser.get().side()).isEqualTo(Side.NEW);
    assertThat(browser.getAt(0)).isEqualTo(Assignment.of(Side.NEW, Reason.PINNED, first.bucket()));
  }

  @Test
  void theLearnedTableKnowsOfAMoveWhenOurCookieIsLostAfterIt() {
    Site site = new Site(Policy.RATCHET);
    Browser browser = new Browser(site);
    Assignment first = browser.getWithNewSession("id");
    assertThat(first.side()).isEqualTo(Side.OLD);
    assertThat(browser.getAt(10_000).side()).isEqualTo(Side.NEW);
    browser.affinity = null;
    assertThat(browser.getAt(0)).isEqualTo(Assignment.of(Side.NEW, Reason.PINNED, first.bucket()));
  }

  @Test
  void theLearnedTablePinsWhereTheCookieIsOfAnEarlierEpoch() {
    Site site = new Site(Policy.PIN);
    Browser browser = new Browser(site);
    browser.getWithNewSession("one");
    String stale = browser.affinity;
    site.promote();
    browser.getWithNewSession("two");
    browser.affinity = stale;
    assertThat(browser.getAt(0).side()).isEqualTo(Side.NEW);
    assertThat(browser.get().reason()).isEqualTo(Reason.PINNED);
  }

  // Row 4: buckets.

  @Test
  void theBucketIsTheCookiesElseTheLearnedOneElseTheSessionsHash() {
    Site site = new Site(Policy.FOLLOW);
    int hashed = bucketOf("abc");
    Browser browser = Browser.withSession(site, "abc");
    assertThat(browser.explain().bucket()).isEqualTo(hashed);

    Browser other = withBucket(site, (hashed + 1) % Buckets.COUNT);
    other.getWithNewSession("abc");
    assertThat(browser.explain().bucket()).isEqualTo((hashed + 1) % Buckets.COUNT);

    browser.affinity = withBucket(site, (hashed + 2) % Buckets.COUNT).affinity;
    assertThat(browser.explain().bucket()).isEqualTo((hashed + 2) % Buckets.COUNT);
    assertThat(browser.visitor.knownBucket()).isEqualTo((hashed + 2) % Buckets.COUNT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNewSessionIdChangesNothing(boolean keepsOurCookie) {
    Site site = new Site(Policy.FOLLOW);
    site.threshold = 5000;
    for (int i = 0; i < 200; i++) {
      Browser browser = Browser.withSession(site, "before-" + i);
      browser.keepsOurCookie = keepsOurCookie;
      Assignment before = browser.getWithNewSession("after-" + i);
      Assignment after = browser.get();
      assertThat(after.bucket()).isEqualTo(before.bucket()).isEqualTo(bucketOf("before-" + i));
      assertThat(after.side()).isEqualTo(before.side());
    }
  }

  @Test
  void aForgedCookieCountsAsAbsentAndIsReplaced() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = Browser.withSession(site, "abc");
    browser.affinity = "A".repeat(AffinityCookie.LENGTH);
    assertThat(browser.get().bucket()).isEqualTo(bucketOf("abc"));
    assertThat(browser.gotCookie).isTrue();
  }

  @Test
  void anEmptySessionCookieIsNone() {
    assertThat(Browser.withSession(new Site(Policy.FOLLOW), "").get().reason())
        .isEqualTo(Reason.FIRST);
  }

  // Row 5: first requests.

  @Test
  void firstRequestsGetRandomBucketsAndKeepThem() {
    Site site = new Site(Policy.FOLLOW);
    site.threshold = 5000;
    Set<Integer> buckets = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Browser browser = new Browser(site);
      Assignment first = browser.get();
      assertThat(first.reason()).isEqualTo(Reason.FIRST);
      assertThat(first.side()).isEqualTo(first.bucket() < 5000 ? Side.NEW : Side.OLD);
      assertThat(browser.get())
          .isEqualTo(Assignment.of(first.side(), Reason.BUCKET, first.bucket()));
      buckets.add(first.bucket());
    }
    assertThat(buckets).hasSizeGreaterThan(900);
  }

  @Test
  void byAddressTheSameClientGetsTheSameBucketWithoutACookie() {
    Site site = new Site(Policy.FOLLOW, Anonymous.ADDRESS, null);
    Browser one = new Browser(site);
    Browser same = new Browser(site);
    Browser otherAgent = new Browser(site);
    otherAgent.userAgent = "Other/1.0";
    Browser otherAddress = new Browser(site);
    otherAddress.address = new byte[16];
    Assignment first = one.get();
    assertThat(first.reason()).isEqualTo(Reason.FIRST);
    assertThat(same.get()).isEqualTo(first);
    assertThat(otherAgent.get().bucket()).isNotEqualTo(first.bucket());
    assertThat(otherAddress.get().bucket()).isNotEqualTo(first.bucket());
    assertThat(one.get().bucket()).isEqualTo(first.bucket());
  }

  @ParameterizedTest
  @EnumSource(Side.class)
  void whereFirstRequestsHaveOneSideTheVisitorStaysThereTillThePercentageMoves(Side side) {
    Site site = withFirstRequestsOn(side, Policy.FOLLOW);
    site.threshold = 3000;
    for (int i = 0; i < 200; i++) {
      site.threshold = 3000;
      Browser browser = new Browser(site);
      assertThat(browser.getWithNewSession("id-" + i).side()).isEqualTo(side);
      assertThat(browser.get().side()).isEqualTo(side);
      assertThat(browser.getWithNewSession("login-" + i).side()).isEqualTo(side);
      site.threshold = side == Side.OLD ? Buckets.COUNT : 0;
      assertThat(browser.get().side()).isEqualTo(side.other());
    }
  }

  @ParameterizedTest
  @EnumSource(Side.class)
  void whereThatSideHasNoBucketEachRequestIsAFirstOne(Side side) {
    Site site = withFirstRequestsOn(side, Policy.FOLLOW);
    site.threshold = side == Side.OLD ? Buckets.COUNT : 0;
    Browser browser = new Browser(site);
    for (int i = 0; i < 3; i++) {
      assertThat(browser.get()).isEqualTo(Assignment.of(side, Reason.FIRST, Assignment.NO_BUCKET));
      assertThat(browser.gotCookie).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Side.class)
  void whereThatSideHasNoBucketThePolicyCanKeepTheVisitorThere(Side side) {
    Site site = withFirstRequestsOn(side, Policy.PIN);
    site.threshold = side == Side.OLD ? Buckets.COUNT : 0;
    Browser browser = new Browser(site);
    browser.get();
    assertThat(browser.get().side()).isEqualTo(side);
    assertThat(browser.get().reason()).isEqualTo(Reason.PINNED);
  }

  // Our cookie.

  @Test
  void theCookieIsSentWheneverTheVisitorHoldsNoneThatSaysWhatItShould() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = withBucket(site, 500);
    site.threshold = 0;
    browser.get();
    assertThat(getsCookie(browser)).as("says it all").isFalse();
    site.threshold = 1000;
    assertThat(getsCookie(browser)).as("another side").isTrue();
    assertThat(getsCookie(browser)).isFalse();
    site.epoch++;
    assertThat(getsCookie(browser)).as("another epoch").isTrue();
    assertThat(getsCookie(browser)).isFalse();
  }

  @Test
  void theSetCookieFieldHasItsAttributes() {
    Browser browser = Browser.withSession(new Site(Policy.FOLLOW), "abc");
    Assignment assignment = browser.explain();
    assertThat(setCookie(browser, assignment, false))
        .matches("crossfade=[A-Za-z0-9_-]{36}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    assertThat(setCookie(browser, assignment, true)).endsWith("; SameSite=Lax; Secure");
  }

  @Test
  void theDomainAndTheSecureAttributeCanBeConfigured() {
    AffinityCookie cookie = new AffinityCookie(AffinityKeys.parse(Site.KEY));
    Assignment assignment = Assignment.of(Side.OLD, Reason.BUCKET, 1);
    assertThat(
            new AffinitySetCookie(Site.affinity(Policy.PIN, "shop.example", Secure.ALWAYS), cookie)
                .value(assignment, 0, 0, false))
        .asString(US_ASCII)
        .contains("; Domain=shop.example; ")
        .endsWith("; Secure");
    assertThat(
            new AffinitySetCookie(Site.affinity(Policy.PIN, null, Secure.NEVER), cookie)
                .value(assignment, 0, 0, true))
        .asString(US_ASCII)
        .doesNotContain("Secure", "Domain");
  }

  // Moves.

  @Test
  void aMoveIsToldOnceThoughSeveralRequestsCarryTheCookieOfBefore() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = withBucket(site, 500);
    String before = browser.affinity;
    site.threshold = 1000;
    assertThat(movedOnGet(browser)).isEqualTo(Side.OLD);
    browser.affinity = before;
    assertThat(movedOnGet(browser)).isNull();
    assertThat(movedOnGet(browser)).isNull();
    site.threshold = 0;
    assertThat(movedOnGet(browser)).isEqualTo(Side.NEW);
  }

  @Test
  void aMoveIsToldOnceThoughTheConfigurationIsReloadedInItsMidst() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = withBucket(site, 500);
    String before = browser.affinity;
    site.threshold = 1000;
    assertThat(movedOnGet(browser)).isEqualTo(Side.OLD);
    site.reload();
    browser.affinity = before;
    assertThat(movedOnGet(browser)).isNull();
  }

  @Test
  void aLearnedVisitorsMoveIsToldOnce() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = new Browser(site);
    browser.keepsOurCookie = false;
    browser.getWithNewSession("id");
    site.threshold = Buckets.COUNT;
    assertThat(movedOnGet(browser)).isEqualTo(Side.OLD);
    assertThat(movedOnGet(browser)).isNull();
  }

  @Test
  void whoCarriesASessionAloneHasNotMovedAsFarAsAnyoneKnows() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = Browser.withSession(site, "abc");
    browser.keepsOurCookie = false;
    browser.get();
    site.threshold = Buckets.COUNT;
    assertThat(movedOnGet(browser)).isNull();
  }

  // Failover and rules, which are decided elsewhere.

  @Test
  void failoverPinsNobodyAndMovesNobody() {
    Site site = new Site(Policy.PIN);
    Browser browser = Browser.withSession(site, "abc");
    site.threshold = Buckets.COUNT;
    assertThat(browser.getWhileNewIsDown().reason()).isEqualTo(Reason.FAILOVER);
    assertThat(browser.gotCookie).isFalse();
    assertThat(browser.get().side()).isEqualTo(Side.NEW);

    Browser learned = new Browser(site);
    learned.keepsOurCookie = false;
    learned.getWithNewSession("one");
    site.promote();
    learned.getWhileNewIsDown();
    assertThat(learned.visitor.movedFrom()).isNull();
    site.threshold = 0;
    assertThat(learned.get()).extracting(Assignment::reason).isEqualTo(Reason.BUCKET);
  }

  @Test
  void aSessionThatARulesAnswerBringsIsLearnedWithItsVisitorsBucketAndNoSide() {
    Site site = new Site(Policy.PIN);
    Browser browser = Browser.withSession(site, "before");
    browser.keepsOurCookie = false;
    browser.show();
    site.splitter.recognise(browser.visitor);
    browser.visitor.bytes = new byte[0];
    browser.receive(Assignment.of(Side.NEW, Reason.RULE, Assignment.NO_BUCKET), "after");
    assertThat(browser.gotCookie).isFalse();
    assertThat(browser.get()).isEqualTo(Assignment.of(Side.OLD, Reason.BUCKET, bucketOf("before")));
  }

  @Test
  void aPinOutlivesALoginByUpgradeCookie() {
    Site site = new Site(Policy.PIN);
    Browser browser = new Browser(site);
    browser.keepsOurCookie = false;
    browser.getWithNewSession("one");
    site.threshold = Buckets.COUNT;
    browser.upgrade = "1";
    assertThat(browser.getWithNewSession("two").side()).isEqualTo(Side.NEW);
    browser.upgrade = null;
    assertThat(browser.get().side()).isEqualTo(Side.OLD);
  }

  // Visitors seen.

  @Test
  void visitorsWithASessionCountOnceWhateverCookiesTheyKeep() {
    Site site = new Site(Policy.FOLLOW);
    for (int i = 0; i < 120; i++) {
      Browser browser = Browser.withSession(site, "id-" + i);
      browser.keepsOurCookie = i % 2 == 0;
      browser.get();
      browser.get();
      browser.getWithNewSession("login-" + i);
      browser.get();
    }
    assertThat(site.seen.visitors().all()).isEqualTo(120);
  }

  @Test
  void aVisitorWithoutCookiesCountsOnComingBack() {
    Site site = new Site(Policy.FOLLOW);
    Browser browser = new Browser(site);
    browser.get();
    assertThat(site.seen.visitors().all()).isZero();
    browser.getWithNewSession("id");
    browser.get();
    assertThat(site.seen.visitors().all()).isEqualTo(1);
  }

  @Test
  void visitorsOfOneBucketAreTwo() {
    Site site = new Site(Policy.FOLLOW);
    withBucket(site, 77).get();
    withBucket(site, 77).get();
    assertThat(site.seen.visitors().all()).isEqualTo(2);
    assertThat(site.seen.moving(0, 78, site.epoch).toNew()).isEqualTo(2);
  }

  @Test
  void whomThePolicyHoldsIsNotExpectedToMove() {
    Site site = new Site(Policy.RATCHET);
    site.threshold = 1000;
    Browser onNew = withBucket(site, 500);
    Browser onOld = withBucket(site, 1500);
    onNew.get();
    onOld.get();
    assertThat(site.seen.moving(1000, 0, site.epoch).toOld()).isZero();
    assertThat(site.seen.moving(1000, 2000, site.epoch).toNew()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"RATCHET", "PIN"})
  void afterARollbackNobodyIsExpectedToBeHeld(Policy policy) {
    Site site = new Site(policy);
    site.threshold = 1000;
    Browser browser = withBucket(site, 500);
    browser.get();
    assertThat(site.seen.moving(1000, 0, site.epoch).toOld()).isZero();
    site.rollback();
    assertThat(site.seen.moving(0, 501, site.epoch).toNew()).as("not come back yet").isEqualTo(1);
    assertThat(site.seen.moving(0, 500, site.epoch).toNew()).isZero();
    browser.get();
    assertThat(site.seen.moving(0, 501, site.epoch).toNew())
        .as("come back")
        .isEqualTo(policy == Policy.PIN ? 0 : 1);
  }

  @Test
  void testersAreExpectedToStayThroughARollback() {
    Site site = new Site(Policy.FOLLOW);
    Browser tester = Browser.withSession(site, "abc");
    tester.upgrade = "1";
    tester.get();
    site.rollback();
    assertThat(site.seen.moving(0, 10_000, site.epoch).toNew()).isZero();
  }

  @Test
  void explainingLeavesNoTrace() {
    Site site = new Site(Policy.PIN);
    Browser browser = Browser.withSession(site, "abc");
    browser.explain();
    assertThat(site.seen.visitors().all()).isZero();
    assertThat(site.learned.size()).isZero();
  }

  private static @Nullable Side movedOnGet(Browser browser) {
    browser.get();
    return browser.visitor.movedFrom();
  }

  private static boolean getsCookie(Browser browser) {
    browser.get();
    return browser.gotCookie;
  }

  private static Site withFirstRequestsOn(Side side, Policy policy) {
    return new Site(policy, Anonymous.valueOf(side.name()), null);
  }

  private static Assignment decided(Site site, String upgrade) {
    Browser browser = new Browser(site);
    browser.upgrade = upgrade;
    return browser.get();
  }

  /** A browser that has only our cookie, with the side that the bucket has now. */
  private static Browser withBucket(Site site, int bucket) {
    Browser browser = new Browser(site);
    Side side = bucket < site.threshold ? Side.NEW : Side.OLD;
    browser.visitor.reset(new byte[0]);
    browser.visitor.number = NUMBERS.getAndIncrement();
    browser.receive(Assignment.of(side, Reason.BUCKET, bucket), null);
    if (site.splitter.settings().affinity().policy() != Policy.FOLLOW) {
      // Not yet held: as if the side were of an earlier epoch.
      site.epoch++;
    }
    return browser;
  }

  private static String setCookie(Browser browser, Assignment assignment, boolean secure) {
    return new String(
        browser.site.splitter.setCookie(browser.visitor, assignment, 0, secure), UTF_8);
  }

  private static int bucketOf(String session) {
    byte[] bytes = session.getBytes(UTF_8);
    return new BucketHash(SessionHash.XXH64, "").ofSession(bytes, 0, bytes.length);
  }
}
