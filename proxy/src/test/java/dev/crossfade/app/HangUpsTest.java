package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HangUpsTest {
  private final Semaphore reloads = new Semaphore(0);
  private final HangUps hangUps = new HangUps();

  private boolean reloaded() throws InterruptedException {
    return reloads.tryAcquire(10, TimeUnit.SECONDS);
  }

  @Test
  void oneThatComesTooEarlyIsAnsweredOnceThereIsSomethingToReload() throws Exception {
    hangUps.came();
    hangUps.came();
    hangUps.answerBy(reloads::release);
    assertThat(reloaded()).isTrue();
    assertThat(reloads.availablePermits()).as("once for both").isZero();
  }

  @Test
  void eachOneIsAnswered() throws Exception {
    hangUps.answerBy(reloads::release);
    assertThat(reloads.availablePermits()).as("none came").isZero();
    hangUps.came();
    assertThat(reloaded()).isTrue();
    hangUps.came();
    assertThat(reloaded()).isTrue();
  }
}
