package dev.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** logback.xml as it is shipped. */
class LogTest {
  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
    System.clearProperty("crossfade.log.level");
  }

  private Logger root() throws JoranException {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Objects.requireNonNull(ConfigFile.class.getResource("/logback.xml")));
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static String line(Logger root, String message, @Nullable Throwable failure) {
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>) root.getAppender("STDERR");
    LoggingEvent event =
        new LoggingEvent(LogTest.class.getName(), root, Level.WARN, message, failure, null);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void everythingGoesToStandardError() throws JoranException {
    assertThat(((ConsoleAppender<?>) root().getAppender("STDERR")).getTarget())
        .isEqualTo("System.err");
  }

  @Test
  void anEventIsOneLineWithItsStackTrace() throws JoranException {
    String line =
        line(root(), "broken\r\nforged line\nand more", new IllegalStateException("why\nso"));

    assertThat(line)
        .contains("WARN")
        .contains(
            "broken | forged line | and more | java.lang.IllegalStateException: why | so | at ")
        .endsWith(")" + System.lineSeparator());
    assertThat(line.stripTrailing().lines()).hasSize(1);
  }

  @Test
  void aMessageAloneHasNothingBehindIt() throws JoranException {
    assertThat(line(root(), "ready", null)).endsWith(": ready" + System.lineSeparator());
  }

  @Test
  void theLevelIsInfoUnlessTheSystemPropertySaysOtherwise() throws JoranException {
    assertThat(root().getLevel()).isEqualTo(Level.INFO);
    System.setProperty("crossfade.log.level", "debug");
    assertThat(root().getLevel()).isEqualTo(Level.DEBUG);
  }
}
