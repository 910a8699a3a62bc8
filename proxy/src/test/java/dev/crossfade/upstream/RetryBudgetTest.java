package dev.crossfade.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  private final RetryBudget budget = new RetryBudget();

  private int spent() {
    int spent = 0;
    while (budget.spend()) {
      spent++;
    }
    return spent;
  }

  private void requests(int count) {
    for (int i = 0; i < count; i++) {
      budget.request();
    }
  }

  @Test
  void lightTrafficMayTryAgain() {
    budget.at(0);
    assertThat(spent()).isEqualTo(RetryBudget.FLOOR);
    requests(1);
    assertThat(spent()).as("a fifth of one, rounded up").isEqualTo(1);
  }

  @Test
  void aFifthOfTheRequestsMayAndNoMore() {
    budget.at(0);
    requests(10_000);
    assertThat(spent()).isEqualTo(2_000 + RetryBudget.FLOOR);
    requests(5);
    assertThat(spent()).isEqualTo(1);
  }

  @Test
  void itIsAmpleUntilHalfOfItIsSpent() {
    budget.at(0);
    requests(1_000);
    for (int i = 0; i < (200 + RetryBudget.FLOOR) / 2; i++) {
      assertThat(budget.ample()).isTrue();
      assertThat(budget.spend()).isTrue();
    }
    assertThat(budget.ample()).isFalse();
    requests(10);
    assertThat(budget.ample()).isTrue();
  }

  @Test
  void whatIsTenSecondsAgoCountsNoMore() {
    for (int second = 0; second < 10; second++) {
      budget.at(TimeUnit.SECONDS.toNanos(second));
      requests(100);
    }
    assertThat(spent()).isEqualTo(200 + RetryBudget.FLOOR);
    budget.at(TimeUnit.SECONDS.toNanos(14));
    assertThat(spent()).as("spent in the last second, which still counts").isZero();
    budget.at(TimeUnit.SECONDS.toNanos(19));
    assertThat(spent()).isEqualTo(RetryBudget.FLOOR);
    budget.at(TimeUnit.HOURS.toNanos(1));
    requests(100);
    assertThat(spent()).isEqualTo(20 + RetryBudget.FLOOR);
  }

  @Test
  void aClockThatRunsOverIsAsGood() {
    budget.at(Long.MAX_VALUE - 10);
    requests(100);
    budget.at(Long.MAX_VALUE - 10 + TimeUnit.SECONDS.toNanos(9));
    assertThat(spent()).isEqualTo(20 + RetryBudget.FLOOR);
    budget.at(Long.MAX_VALUE - 10 + TimeUnit.SECONDS.toNanos(19));
    assertThat(spent()).isEqualTo(RetryBudget.FLOOR);
  }
}
