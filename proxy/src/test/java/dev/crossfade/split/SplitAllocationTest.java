package dev.crossfade.split;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision allocates nothing, whatever the visitor shows. */
class SplitAllocationTest {
  private static final int REQUESTS = 20_000;

  @ParameterizedTest
  @ValueSource(
      strings = {"our cookie", "a session", "a learned session", "many cookies", "a forged cookie"})
  void aDecisionAllocatesNothing(String shown) {
    Site site = new Site(Policy.PIN);
    site.threshold = 5000;
    Browser[] browsers = new Browser[shown.equals("many cookies") ? 5000 : 1];
    for (int i = 0; i < browsers.length; i++) {
      browsers[i] = browser(site, shown);
      browsers[i].get();
      browsers[i].show();
    }
    int warmUp = 3;
    long least = Long.MAX_VALUE;
    for (int round = 0; round <= warmUp; round++) {
      least = Math.min(least, allocatedBy(() -> decide(site, browsers)));
    }
    assertThat(least / REQUESTS).as("bytes a request").isZero();
  }

  private static Browser browser(Site site, String shown) {
    Browser browser = new Browser(site);
    switch (shown) {
      case "a session" -> {
        browser.session = "abcdefghijklmnopqrstuvwxyz";
        browser.keepsOurCookie = false;
      }
      case "a learned session" -> {
        browser.keepsOurCookie = false;
        browser.getWithNewSession("abcdefghijklmnopqrstuvwxyz");
      }
      case "a forged cookie" -> {
        browser.session = "abcdefghijklmnopqrstuvwxyz";
        browser.keepsOurCookie = false;
        browser.affinity = "A".repeat(AffinityCookie.LENGTH);
      }
      default -> browser.get();
    }
    return browser;
  }

  private static void decide(Site site, Browser[] browsers) {
    int wanted = 0;
    for (int i = 0; i < REQUESTS; i++) {
      Visitor visitor = browsers[i % browsers.length].visitor;
      Assignment assignment = site.splitter.assign(visitor, site.threshold, site.epoch, true);
      site.splitter.settle(visitor, assignment, site.epoch);
      wanted += site.splitter.wantsCookie(visitor, assignment, site.epoch) ? 1 : 0;
    }
    assertThat(wanted).isIn(0, REQUESTS);
  }

  private static long allocatedBy(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
