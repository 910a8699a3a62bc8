package dev.crossfade.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The line {@code Date: …} (RFC 9110 §6.6.1) of the present second, made once a second at most.
 * Confined to one event loop.
 */
final class DateLine {
  /** Of fixed length, unlike the JDK's own: RFC 9110 §5.6.7 wants two digits for the day. */
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private long second = -1;
  private byte[] line = {};

  DateLine(InstantSource clock) {
    this.clock = clock;
  }

  /** The line with its end; not to be written to. */
  byte[] now() {
    Instant now = clock.instant();
    if (now.getEpochSecond() != second) {
      second = now.getEpochSecond();
      line = FORMAT.format(now).getBytes(StandardCharsets.US_ASCII);
    }
    return line;
  }
}
