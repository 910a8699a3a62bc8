package dev.crossfade.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crossfade.split.SeenVisitors.Hold;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SeenVisitorsTest {
  private final FakeTicker ticker = new FakeTicker();
  private final SeenVisitors seen = new SeenVisitors(ticker);

  @Test
  void nobodyIsSeenAtFirst() {
    assertThat(seen.visitors().all()).isZero();
    assertThat(seen.moving(0, 10_000, 0)).isEqualTo(new SeenVisitors.Moving(0, 0));
  }

  @Test
  void aVisitorCountsOnceHoweverOftenSeenAndOnTheSideOfTheLastRequest() {
    for (int round = 0; round < 3; round++) {
      for (int number = 0; number < 120; number++) {
        seen.record(number, number, Side.OLD, Hold.NONE, 0);
      }
    }
    seen.record(5, 5, Side.NEW, Hold.NONE, 0);
    assertThat(seen.visitors().all()).isEqualTo(120);
    assertThat(seen.visitors().of(Side.NEW)).isEqualTo(1);
    assertThat(seen.visitors().of(Side.OLD)).isEqualTo(119);
  }

  @Test
  void movingCountsTheBucketsBetweenTheThresholds() {
    for (int bucket = 0; bucket < Buckets.COUNT; bucket += 10) {
      seen.record(bucket, bucket, bucket < 2000 ? Side.NEW : Side.OLD, Hold.NONE, 0);
    }
    assertThat(seen.moving(2000, 3550, 0)).isEqualTo(new SeenVisitors.Moving(155, 0));
    assertThat(seen.moving(2000, 500, 0)).isEqualTo(new SeenVisitors.Moving(0, 150));
    assertThat(seen.moving(2000, 2000, 0)).isEqualTo(new SeenVisitors.Moving(0, 0));
    assertThat(seen.moving(0, 10_000, 0)).isEqualTo(new SeenVisitors.Moving(1000, 0));
  }

  @Test
  void whoIsHeldDoesNotMove() {
    seen.record(1, 100, Side.NEW, Hold.EPOCH, 0);
    seen.record(2, 100, Side.NEW, Hold.NONE, 0);
    assertThat(seen.moving(5000, 0, 0)).isEqualTo(new SeenVisitors.Moving(0, 1));
    assertThat(seen.visitors().of(Side.NEW)).isEqualTo(2);
  }

  @Test
  void aHoldEndsWithItsEpochAndOneByCookieDoesNot() {
    for (int epoch = 0; epoch < 40; epoch++) {
      seen.record(1, 100, Side.NEW, Hold.EPOCH, epoch);
      seen.record(2, 100, Side.NEW, Hold.ALWAYS, epoch);
      assertThat(seen.moving(5000, 0, epoch).toOld()).isZero();
      assertThat(seen.moving(5000, 0, epoch + 1).toOld()).isEqualTo(1);
    }
    assertThat(seen.visitors().all()).isEqualTo(2);
  }

  @Test
  void whoHasNotComeBackFor30MinutesCountsNoMore() {
    seen.record(1, 1, Side.OLD, Hold.NONE, 0);
    seen.record(2, 2, Side.OLD, Hold.NONE, 0);
    ticker.advance(Duration.ofMinutes(29));
    seen.record(2, 2, Side.OLD, Hold.NONE, 0);
    assertThat(seen.visitors().all()).isEqualTo(2);
    ticker.advance(Duration.ofMinutes(2));
    assertThat(seen.visitors().all()).isEqualTo(1);
    ticker.advance(Duration.ofMinutes(30));
    assertThat(seen.visitors().all()).isZero();
  }

  @Test
  void whoWasSeenDaysAgoDoesNotComeBackByTheMinutesGoingRound() {
    seen.record(1, 1, Side.OLD, Hold.NONE, 0);
    ticker.advance(Duration.ofMinutes(40));
    assertThat(seen.visitors().all()).isZero();
    ticker.advance(Duration.ofMinutes(0x1fff - 40));
    assertThat(seen.visitors().all()).isZero();
  }

  @Test
  void aThreadThatReadTheClockAMinuteBeforeLeavesWhatAnotherHasWritten() {
    ticker.advance(Duration.ofMinutes(1));
    seen.record(1, 1, Side.OLD, Hold.NONE, 0);
    ticker.advance(Duration.ofMinutes(-1));
    assertThat(seen.visitors().all()).isEqualTo(1);
    ticker.advance(Duration.ofMinutes(1));
    assertThat(seen.visitors().all()).isEqualTo(1);
  }

  @Test
  void hundredsOfThousandsAreCountedExactly() {
    for (int number = 0; number < 200_000; number++) {
      seen.record(number, number % 10_000, Side.OLD, Hold.NONE, 0);
    }
    assertThat(seen.visitors().all()).isEqualTo(200_000);
    assertThat(seen.moving(0, 100, 0).toNew()).isEqualTo(2_000);
  }

  @Test
  void millionsAreEstimatedWithinFivePercent() {
    Random random = Seeds.random("millions");
    int[] numbers = random.ints(3_000_000).toArray();
    for (int number : numbers) {
      seen.record(
          number,
          (number & 0x7fffffff) % 10_000,
          number % 4 == 0 ? Side.NEW : Side.OLD,
          Hold.NONE,
          0);
    }
    assertThat((double) seen.visitors().all()).isCloseTo(3e6, within(3e6 * .05));
    assertThat((double) seen.visitors().of(Side.NEW)).isCloseTo(.75e6, within(.75e6 * .05));
    assertThat((double) seen.moving(0, 1000, 0).toNew()).isCloseTo(3e5, within(3e5 * .05));
  }

  @Test
  void afterARushTheCountIsExactAgainAndRightInBetween() {
    Random random = Seeds.random("rush");
    random.ints(1_000_000).forEach(number -> seen.record(number, 1, Side.OLD, Hold.NONE, 0));
    for (int minutes = 0; minutes < 6 * 31; minutes++) {
      ticker.advance(Duration.ofMinutes(1));
      for (int number = 0; number < 20_000; number++) {
        seen.record(number, 2, Side.NEW, Hold.NONE, 0);
      }
      assertThat((double) seen.visitors().of(Side.NEW)).isCloseTo(20_000, within(20_000 * .05));
    }
    assertThat(seen.visitors().all()).isEqualTo(20_000);
  }

  @Test
  void manyThreadsCountTogether() throws InterruptedException {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch start = new CountDownLatch(1);
    for (int thread = 0; thread < threads; thread++) {
      int first = thread * 5_000;
      pool.execute(
          () -> {
            awaitUninterruptibly(start);
            for (int number = first; number < first + 10_000; number++) {
              seen.record(number, 0, Side.OLD, Hold.NONE, 0);
            }
          });
    }
    start.countDown();
    pool.shutdown();
    assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat((double) seen.visitors().all()).isCloseTo(25_000, within(25.0));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
