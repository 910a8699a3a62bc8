package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.testing.Opened;
import dev.crossfade.testing.RunningProxyFixture;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();

  /** Time by hand stands still, so no sweep is late until the test says so. */
  @Test
  void aLoopTellsHowLateItIs() throws Exception {
    RunningProxyFixture proxy = opened.add(RunningProxyFixture.start(folder));
    await().until(() -> proxy.tally().of("sweeps of loop 0") > 0);
    assertThat(proxy.tally().of("late sweeps")).isZero();
    proxy.ticker().advance(Duration.ofHours(1));
    await().until(() -> proxy.tally().of("late sweeps") > 0);
  }
}
