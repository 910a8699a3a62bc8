package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.admin.RecentTraffic.Moment;
import dev.crossfade.metrics.SideTotals;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentTrafficTest {
  private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

  private final RecentTraffic recent = new RecentTraffic();
  private int second;

  /** Both sides have answered so many by the next second, all of them within a millisecond. */
  private Moment next(long oldRequests, long newRequests, long newErrors) {
    second++;
    return recent.add(
        BEGIN.plusSeconds(second),
        TimeUnit.SECONDS.toNanos(second),
        2500,
        totals(oldRequests, 0),
        totals(newRequests, newErrors));
  }

  private static SideTotals totals(long requests, long errors) {
    long[] durations = new long[16];
    durations[0] = requests;
    return new SideTotals(requests, errors, 0, durations);
  }

  @Test
  void theFirstMomentKnowsNothing() {
    Moment first = next(1000, 500, 5);
    assertThat(first.oldSide()).isEqualTo(RecentTraffic.SideTraffic.NONE);
    assertThat(first.newSide().p99Seconds()).isEmpty();
    assertThat(recent.shareSeen()).isEmpty();
  }

  @Test
  void ratesAreThoseOfTheLastFiveSeconds() {
    next(0, 0, 0);
    Moment second = next(10, 2, 1);
    assertThat(second.oldSide().requests()).isEqualTo(10);
    assertThat(second.newSide().errors()).isEqualTo(1);
    for (int i = 0; i < 4; i++) {
      next(10, 2, 1);
    }
    assertThat(next(10, 2, 1).oldSide().requests()).as("the burst has passed").isZero();
    Moment later = next(15, 2, 1);
    assertThat(later.oldSide().requests()).isEqualTo(1);
    assertThat(later.oldSide().medianSeconds()).hasValue(0.0005);
    assertThat(later.newSide().medianSeconds()).isEmpty();
  }

  @Test
  void aSecondThatWasLateIsNotTakenForMoreTraffic() {
    next(0, 0, 0);
    second += 3;
    assertThat(next(40, 0, 0).oldSide().requests()).isEqualTo(10);
  }

  @Test
  void afterAPauseNothingIsMadeUp() {
    next(0, 0, 0);
    second += 30;
    assertThat(next(40, 0, 0).oldSide()).isEqualTo(RecentTraffic.SideTraffic.NONE);
  }

  @Test
  void theShareSeenIsThatOfTheLastMinute() {
    next(0, 0, 0);
    next(75, 25, 0);
    assertThat(recent.shareSeen()).hasValue(0.25);
    for (int i = 0; i < 58; i++) {
      next(75, 25, 0);
    }
    assertThat(recent.shareSeen()).hasValue(0.25);
    next(75, 25, 0);
    next(75, 25, 0);
    assertThat(recent.shareSeen()).as("a minute without requests").isEmpty();
  }

  @Test
  void fiveMinutesAreKept() {
    for (int i = 0; i < RecentTraffic.KEPT + 7; i++) {
      next(i, 0, 0);
    }
    assertThat(recent.after(Instant.EPOCH)).hasSize(RecentTraffic.KEPT);
    assertThat(recent.after(Instant.EPOCH).get(0).at()).isEqualTo(BEGIN.plusSeconds(8));
    assertThat(recent.after(BEGIN.plusSeconds(second - 2))).hasSize(2);
    assertThat(recent.after(BEGIN.plusSeconds(second))).isEmpty();
  }
}
