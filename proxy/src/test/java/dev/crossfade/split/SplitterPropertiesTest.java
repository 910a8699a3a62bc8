package dev.crossfade.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every visitor through every change. */
class SplitterPropertiesTest {

  @Test
  void everyHundredthOfAPercentTakesExactlyItsBuckets() {
    Site site = new Site(Policy.FOLLOW);
    Visitor[] visitors = new Visitor[Buckets.COUNT];
    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
      visitors[bucket] = visitorOf(site, bucket);
    }
    for (int threshold = 0; threshold <= Buckets.COUNT; threshold++) {
      // Between the neighbours of a threshold nothing can differ but the bucket at it.
      for (int bucket : new int[] {0, threshold - 1, threshold, threshold + 1, 9999}) {
        if (bucket >= 0 && bucket < Buckets.COUNT) {
          assertThat(site.splitter.assign(visitors[bucket], threshold, 0, true).side())
              .isEqualTo(bucket < threshold ? Side.NEW : Side.OLD);
        }
      }
    }
    for (int threshold : new int[] {0, 1, 100, 3333, 9999, 10_000}) {
      int onNew = 0;
      for (Visitor visitor : visitors) {
        onNew += site.splitter.assign(visitor, threshold, 0, true).side() == Side.NEW ? 1 : 0;
      }
      assertThat(onNew).isEqualTo(threshold);
    }
  }

  @Test
  void raisingThePercentageNeverMovesAVisitorBackAndLoweringNeverMovesOneForth() {
    Random random = Seeds.random("monotonic");
    Site site = new Site(Policy.FOLLOW);
    List<Browser> browsers = browsers(site, random, 300);
    for (int change = 0; change < 60; change++) {
      List<Side> before = sides(browsers);
      int threshold = site.threshold;
      site.threshold = random.nextInt(Buckets.COUNT + 1);
      List<Side> after = sides(browsers);
      Side moversAreOn = site.threshold > threshold ? Side.NEW : Side.OLD;
      for (int i = 0; i < browsers.size(); i++) {
        assertThat(after.get(i) == before.get(i) || after.get(i) == moversAreOn).isTrue();
      }
    }
  }

  @Test
  void aChangeAndItsReverseGiveEveryoneBackTheirSide() {
    Random random = Seeds.random("reversible");
    Site site = new Site(Policy.FOLLOW);
    List<Browser> browsers = browsers(site, random, 300);
    for (int change = 0; change < 40; change++) {
      int threshold = random.nextInt(Buckets.COUNT + 1);
      site.threshold = threshold;
      List<Side> before = sides(browsers);
      site.threshold = random.nextInt(Buckets.COUNT + 1);
      sides(browsers);
      site.threshold = threshold;
      assertThat(sides(browsers)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void nobodyMovesWhileNothingChanges(Policy policy) {
    Random random = Seeds.random("nothing changes under " + policy);
    for (Anonymous anonymous : Anonymous.values()) {
      Site site = new Site(policy, anonymous, null);
      for (int threshold : new int[] {0, 1, 5000, 9999, 10_000}) {
        site.threshold = threshold;
        site.epoch += random.nextInt(2);
        List<Browser> browsers = browsers(site, random, 100);
        List<Side> before = sides(browsers);
        for (int round = 0; round < 4; round++) {
          browsers.forEach(browser -> logInSometimes(browser, random));
          assertThat(sides(browsers)).isEqualTo(before);
        }
      }
    }
  }

  private static void logInSometimes(Browser browser, Random random) {
    if (browser.session != null && random.nextInt(3) == 0) {
      browser.getWithNewSession(Ids.php(random));
    }
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void atNoughtAndAtAHundredPercentOfANewEpochEverybodyIsOnOneSide(Policy policy) {
    Random random = Seeds.random("exact under " + policy);
    Site site = new Site(policy);
    List<Browser> browsers = browsers(site, random, 300);
    for (int round = 0; round < 20; round++) {
      site.threshold = random.nextInt(Buckets.COUNT + 1);
      sides(browsers);
      boolean back = random.nextBoolean();
      if (back) {
        site.rollback();
      } else {
        site.promote();
      }
      assertThat(sides(browsers)).containsOnly(back ? Side.OLD : Side.NEW);
    }
  }

  @Test
  void underPinNoPercentageMovesAnyone() {
    Random random = Seeds.random("pin");
    Site site = new Site(Policy.PIN);
    site.threshold = 4000;
    List<Browser> browsers = browsers(site, random, 300);
    browsers.removeIf(SplitterPropertiesTest::isHeldByNothing);
    List<Side> before = sides(browsers);
    for (int change = 0; change < 40; change++) {
      site.threshold = random.nextInt(Buckets.COUNT + 1);
      assertThat(sides(browsers)).isEqualTo(before);
    }
  }

  @Test
  void underRatchetNobodyOnNewGoesBack() {
    Random random = Seeds.random("ratchet");
    Site site = new Site(Policy.RATCHET);
    List<Browser> browsers = browsers(site, random, 300);
    browsers.removeIf(SplitterPropertiesTest::isHeldByNothing);
    List<Side> before = sides(browsers);
    for (int change = 0; change < 40; change++) {
      site.threshold = random.nextInt(Buckets.COUNT + 1);
      List<Side> after = sides(browsers);
      for (int i = 0; i < browsers.size(); i++) {
        assertThat(before.get(i) == Side.NEW && after.get(i) == Side.OLD).isFalse();
      }
      before = after;
    }
  }

  /** A session that we have not seen the application make, and a client that drops our cookie. */
  private static boolean isHeldByNothing(Browser browser) {
    return !browser.keepsOurCookie && browser.session != null && browser.session.startsWith("own");
  }

  /** Visitors of all kinds, each of whom has been here once. */
  private static List<Browser> browsers(Site site, Random random, int count) {
    List<Browser> browsers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Browser browser = new Browser(site);
      switch (i % 4) {
        case 0 -> browser.get();
        case 1 -> browser.getWithNewSession(Ids.php(random));
        case 2 -> {
          browser.keepsOurCookie = false;
          browser.getWithNewSession(Ids.php(random));
        }
        default -> {
          browser.keepsOurCookie = random.nextBoolean();
          browser.session = "own" + Ids.php(random);
          browser.get();
        }
      }
      browsers.add(browser);
    }
    return browsers;
  }

  private static List<Side> sides(List<Browser> browsers) {
    return browsers.stream().map(browser -> browser.get().side()).toList();
  }

  private static Visitor visitorOf(Site site, int bucket) {
    Browser browser = new Browser(site);
    browser.visitor.reset(new byte[0]);
    browser.receive(Assignment.of(Side.OLD, Reason.BUCKET, bucket), null);
    browser.show();
    return browser.visitor;
  }
}
