package dev.crossfade.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScrapeFormatTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/openmetrics-text",
        "Application/OpenMetrics-Text; Version=1.0.0",
        "application/openmetrics-text;version=\"1.0.0\";charset=utf-8",
        // Prometheus 2.42, 2.53 and 3
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;"
            + "q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "text/plain;q=0.5, application/openmetrics-text;q=0.5",
      })
  void openMetricsWhereItIsAskedFor(String accept) {
    assertThat(ScrapeFormat.of(accept)).isEqualTo(ScrapeFormat.OPEN_METRICS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "text/plain, application/openmetrics-text;q=0.9",
        "application/openmetrics-text;q=0",
        "application/openmetrics-text;q=much",
        "application/openmetrics-text; version=0.0.1",
        "application/openmetrics-text; version=2.0.0",
        "x-application/openmetrics-text",
        "application/openmetrics-texts",
        ";;;,,q=",
      })
  void elsePlainText(String accept) {
    assertThat(ScrapeFormat.of(accept)).isEqualTo(ScrapeFormat.TEXT);
  }

  @Test
  void plainTextForThoseWhoDoNotSay() {
    assertThat(ScrapeFormat.of(null)).isEqualTo(ScrapeFormat.TEXT);
  }
}
