package dev.crossfade.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTest {
  @ParameterizedTest
  @CsvSource({
    "25,2500",
    "0,0",
    "-0,0",
    "100,10000",
    "0.01,1",
    "99.99,9999",
    "1e2,10000",
    "2.5e1,2500",
    "25.00,2500",
    "33.330,3333",
    "1e-2,1",
    "0e999999999,0"
  })
  void aDecimalInStepsOfAHundredthIsTakenExactly(String decimal, int threshold) {
    assertThat(Percent.of(new BigDecimal(decimal))).isEqualTo(new Percent(threshold));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100.01",
        "101",
        "-1",
        "-0.01",
        "0.001",
        "33.333",
        "1e-3",
        "1e400",
        "-1e400",
        "1e-400",
        "1e999999999",
        "1e-999999999",
        "100.0000000000000001",
        "18446744073709551641"
      })
  void nothingIsRoundedAndNothingOutOfRangeIsTaken(String decimal) {
    assertThatThrownBy(() -> Percent.of(new BigDecimal(decimal)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("A percentage");
  }

  @Test
  void everyThresholdIsGivenBackByItsOwnDecimal() {
    for (int threshold = 0; threshold <= ControlState.EVERYONE; threshold++) {
      Percent percent = new Percent(threshold);
      assertThat(Percent.of(percent.value())).isEqualTo(percent);
      assertThat(Percent.of(new BigDecimal(percent.toString()))).isEqualTo(percent);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,0.0,0", "10000,100.0,100", "2500,25.0,25", "3333,33.33,33.33", "10,0.1,0.1"})
  void theDecimalHasAtLeastOnePlaceAndTheWordNone(int threshold, String decimal, String word) {
    assertThat(new Percent(threshold).value().toPlainString()).isEqualTo(decimal);
    assertThat(new Percent(threshold)).hasToString(word);
  }
}
