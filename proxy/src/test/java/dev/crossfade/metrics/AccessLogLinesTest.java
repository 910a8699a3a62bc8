package dev.crossfade.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.accesslog.AccessLog;
import dev.crossfade.accesslog.AccessLogSettings;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.testing.TickerByHand;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class AccessLogLinesTest {
  @Test
  void bothSeriesAreThereFromTheStartEvenIfTheLogIsOff() throws Exception {
    AccessLogSettings off =
        new AccessLogSettings(
            null, AccessLogSettings.Format.JSON, AccessLogSettings.ALL, true, false, 1 << 20);
    Metrics.About about = new Metrics.About("1.2.3", "17.0.1", "nio");
    try (AccessLog log = AccessLog.open(off, InstantSource.system(), new TickerByHand());
        Metrics metrics =
            new Metrics(
                about,
                () -> PlanFixture.plan(PlanFixture.state(1, 0)),
                () -> true,
                () -> new SeenVisitors.BySide(0, 0))) {
      metrics.watch(log);
      assertThat(new String(metrics.scrape(null).body(), StandardCharsets.UTF_8))
          .contains(
              "# TYPE crossfade_access_log_lines_total counter",
              "crossfade_access_log_lines_total{result=\"written\"} 0.0",
              "crossfade_access_log_lines_total{result=\"dropped\"} 0.0");
    }
  }
}
