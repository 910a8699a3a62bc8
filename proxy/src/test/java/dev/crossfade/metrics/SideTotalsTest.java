package dev.crossfade.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SideTotalsTest {
  /** Buckets end at 1, 2.5, 5, 10, 25, … ms; the last but one at 60 s. */
  private static SideTotals totals(long requests, long errors, long... durations) {
    long[] all = new long[16];
    System.arraycopy(durations, 0, all, 0, durations.length);
    return new SideTotals(requests, errors, errors / 2, all);
  }

  @Test
  void theDifferenceIsWhatCameBetween() {
    SideTotals between = totals(12, 3, 2, 10).since(totals(7, 1, 2, 5));
    assertThat(between.requests()).isEqualTo(5);
    assertThat(between.errors()).isEqualTo(2);
    assertThat(between.closed()).isEqualTo(1);
    assertThat(between.durations()).startsWith(0, 5, 0);
  }

  @Test
  void aPartIsFoundByAStraightLineThroughItsBucket() {
    SideTotals half = totals(4, 0, 2, 2);
    assertThat(half.secondsOf(0.5)).hasValue(0.001);
    assertThat(half.secondsOf(0.25)).hasValue(0.0005);
    assertThat(half.secondsOf(0.75).orElseThrow()).isCloseTo(0.00175, within(1e-12));
    assertThat(half.secondsOf(1)).hasValue(0.0025);
  }

  @Test
  void emptyBucketsBetweenAreSkipped() {
    assertThat(totals(100, 0, 99, 0, 0, 1).secondsOf(0.99)).hasValue(0.001);
    assertThat(totals(100, 0, 98, 0, 0, 2).secondsOf(0.99).orElseThrow())
        .isCloseTo(0.0075, within(1e-12));
  }

  @Test
  void whatTookLongerThanTheLongestBucketTookAtLeastThatLong() {
    long[] slow = new long[16];
    slow[15] = 1;
    assertThat(new SideTotals(1, 0, 0, slow).secondsOf(0.5)).hasValue(60);
  }

  @Test
  void withoutRequestsThereIsNoLatency() {
    assertThat(totals(0, 0).secondsOf(0.99)).isEqualTo(OptionalDouble.empty());
  }
}
