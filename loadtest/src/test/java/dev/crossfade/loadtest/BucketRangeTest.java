package dev.crossfade.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BucketRangeTest {
  private static final Timeline.Thresholds TEN_PERCENT = new Timeline.Thresholds(1000, 1000);
  private static final Timeline.Thresholds TEN_TO_FIFTY = new Timeline.Thresholds(1000, 5000);

  @Test
  void theBucketOfASessionIsItsXxh64Modulo10000() {
    // XXH64 of "" is 0xef46db3751d8e999, of "abc" 0x44bc2cf5ad770999, published with the algorithm.
    assertThat(BucketRange.ofSession("").from())
        .isEqualTo((int) Long.remainderUnsigned(0xef46db3751d8e999L, 10_000));
    assertThat(BucketRange.ofSession("abc"))
        .isEqualTo(
            new BucketRange(
                (int) Long.remainderUnsigned(0x44bc2cf5ad770999L, 10_000),
                (int) Long.remainderUnsigned(0x44bc2cf5ad770999L, 10_000) + 1));
  }

  @Test
  void aBucketBelowTheThresholdBelongsToNewAndNoOther() {
    BucketRange below = new BucketRange(999, 1000);
    BucketRange at = new BucketRange(1000, 1001);
    assertThat(below.allows(Side.NEW, TEN_PERCENT)).isTrue();
    assertThat(below.allows(Side.OLD, TEN_PERCENT)).isFalse();
    assertThat(at.allows(Side.OLD, TEN_PERCENT)).isTrue();
    assertThat(at.allows(Side.NEW, TEN_PERCENT)).isFalse();
  }

  @Test
  void whileAChangeIsUnderWayBothSidesAreAllowedToThoseItMovesOnly() {
    BucketRange moved = new BucketRange(3000, 3001);
    BucketRange unmoved = new BucketRange(7000, 7001);
    assertThat(moved.allows(Side.NEW, TEN_TO_FIFTY)).isTrue();
    assertThat(moved.allows(Side.OLD, TEN_TO_FIFTY)).isTrue();
    assertThat(unmoved.allows(Side.NEW, TEN_TO_FIFTY)).isFalse();
  }

  @Test
  void everySideSeenNarrowsAnUnknownBucket() {
    BucketRange afterNew = BucketRange.ANY.narrowed(Side.NEW, TEN_TO_FIFTY);
    assertThat(afterNew).isEqualTo(new BucketRange(0, 5000));
    assertThat(afterNew.narrowed(Side.OLD, TEN_PERCENT)).isEqualTo(new BucketRange(1000, 5000));
  }

  @Test
  void nobodyIsOnNewAtZeroAndNobodyOnOldAtHundred() {
    assertThat(BucketRange.ANY.allows(Side.NEW, new Timeline.Thresholds(0, 0))).isFalse();
    assertThat(BucketRange.ANY.allows(Side.OLD, new Timeline.Thresholds(10_000, 10_000))).isFalse();
  }

  @Test
  void anEmptyRangeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BucketRange(5, 5));
  }
}
