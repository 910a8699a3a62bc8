package dev.crossfade.plan;

import java.math.BigDecimal;

/**
 * A share of the visitors, in steps of a hundredth of a percent.
 *
 * @param threshold percentage × 100, 0 … 10,000; buckets below it belong to new
 */
public record Percent(int threshold) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int STEPS = 2;

  /**
   * @throws IllegalArgumentException if the threshold is out of its range
   */
  public Percent {
    if (threshold < 0 || threshold > ControlState.EVERYONE) {
      throw new IllegalArgumentException("A threshold is 0 to 10000, not " + threshold + ".");
    }
  }

  /**
   * The share that a decimal names, exactly: nothing is rounded. Numbers of absurd size, such as
   * {@code 1e999999999}, cost no more than others, as none is ever expanded.
   *
   * @param percent 0 … 100 in steps of 0.01
   * @throws IllegalArgumentException if it is out of range or finer than 0.01, in a full sentence
   */
  public static Percent of(BigDecimal percent) {
    if (percent.signum() < 0 || percent.compareTo(HUNDRED) > 0) {
      throw new IllegalArgumentException("A percentage is a number from 0 to 100.");
    }
    BigDecimal shortest = percent.stripTrailingZeros();
    if (shortest.scale() > STEPS) {
      throw new IllegalArgumentException("A percentage has at most two decimal places.");
    }
    return new Percent(shortest.movePointRight(STEPS).intValueExact());
  }

  /** The percentage as a decimal with at least one place: 25.0, 33.33. */
  public BigDecimal value() {
    BigDecimal exact = BigDecimal.valueOf(threshold, STEPS).stripTrailingZeros();
    return exact.scale() < 1 ? exact.setScale(1) : exact;
  }

  /** The percentage as people write it: 25, 33.33. */
  @Override
  public String toString() {
    return BigDecimal.valueOf(threshold, STEPS).stripTrailingZeros().toPlainString();
  }
}
