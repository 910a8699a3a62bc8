package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeededSignalTest {
  private final Semaphore answers = new Semaphore(0);
  private final HeededSignal signal = new HeededSignal("reload");

  private boolean answered() throws InterruptedException {
    return answers.tryAcquire(10, TimeUnit.SECONDS);
  }

  @Test
  void oneThatComesTooEarlyIsAnsweredOnceThereIsSomethingToAnswerBy() throws Exception {
    signal.came();
    signal.came();
    signal.answerBy(answers::release);
    assertThat(answered()).isTrue();
    assertThat(answers.availablePermits()).as("once for both").isZero();
  }

  @Test
  void eachOneIsAnswered() throws Exception {
    signal.answerBy(answers::release);
    assertThat(answers.availablePermits()).as("none came").isZero();
    signal.came();
    assertThat(answered()).isTrue();
    signal.came();
    assertThat(answered()).isTrue();
  }
}
