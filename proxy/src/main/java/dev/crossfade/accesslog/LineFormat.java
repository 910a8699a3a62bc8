package dev.crossfade.accesslog;

import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.RequestText;

/** What a line looks like. An instance has scratch of its own; confined to one event loop. */
interface LineFormat {
  /**
   * Writes a line, with its end.
   *
   * @param text of the outcome, which is there
   * @param millis wall time, since 1970
   * @param query whether the query is written
   */
  void write(ExchangeOutcome outcome, RequestText text, long millis, boolean query, Line line);

  /** The format's own instance for one event loop. */
  static LineFormat of(AccessLogSettings.Format format) {
    return switch (format) {
      case JSON -> new JsonFormat();
      case COMBINED -> new CombinedFormat();
    };
  }
}
