package dev.crossfade.accesslog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The present second as text, made once a second at most. Confined to one thread. */
final class TimeText {
  private final DateTimeFormatter format;
  private long second = Long.MIN_VALUE;
  private byte[] text = {};

  /** In UTC, by a pattern of {@link DateTimeFormatter}. */
  TimeText(String pattern) {
    format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** The text of the second; not to be written to. */
  byte[] of(long millis) {
    long now = Math.floorDiv(millis, 1000L);
    if (now != second) {
      second = now;
      text = format.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
    }
    return text;
  }
}
