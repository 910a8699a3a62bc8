package dev.crossfade.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ChangeLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("changes of a test");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final ChangeLog changes = new ChangeLog(logger, "new shop:80");
  private long now = Long.MAX_VALUE - 5;

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  private void flap(int times) {
    for (int i = 0; i < times; i++) {
      changes.changed(i % 2 == 1, i % 2 == 1 ? "healthy: again" : "down: refused", now);
    }
  }

  private List<String> told() {
    return lines.list.stream().map(e -> e.getLevel() + " " + e.getFormattedMessage()).toList();
  }

  @Test
  void aChangeIsALine() {
    flap(2);
    assertThat(told())
        .containsExactly(
            "WARN Endpoint new shop:80 is down: refused",
            "INFO Endpoint new shop:80 is healthy: again");
  }

  @Test
  void whoComesAndGoesFillsNoLog() {
    flap(1000);
    assertThat(told()).hasSize(ChangeLog.LINES + 1);
    assertThat(told().get(ChangeLog.LINES)).contains("changes often");
    now += TimeUnit.SECONDS.toNanos(59);
    changes.minuteOver(now);
    assertThat(told()).hasSize(ChangeLog.LINES + 1);
    now += TimeUnit.SECONDS.toNanos(1);
    changes.minuteOver(now);
    assertThat(told().get(ChangeLog.LINES + 1)).contains("has changed 1000 times in a minute");
    flap(1);
    assertThat(told()).hasSize(ChangeLog.LINES + 3);
  }

  @Test
  void whoIsQuietIsNotSpokenOf() {
    flap(3);
    now += TimeUnit.HOURS.toNanos(1);
    changes.minuteOver(now);
    changes.minuteOver(now);
    assertThat(told()).hasSize(3);
  }
}
