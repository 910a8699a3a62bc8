package dev.crossfade.metrics;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How metrics are written down, by what the reader asks for (RFC 9110 §12.5.1). */
enum ScrapeFormat {
  TEXT("text/plain; version=0.0.4; charset=utf-8"),
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  private static final String OPEN_METRICS_RANGE = "application/openmetrics-text";
  private static final String TEXT_RANGE = "text/plain";
  private static final double NOT_NAMED = -1;

  private final String contentType;

  ScrapeFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /**
   * OpenMetrics where it is named, and plain text is not liked better. Whoever names neither gets
   * plain text, browsers among them.
   *
   * @param accept the field Accept, null where there is none
   */
  static ScrapeFormat of(@Nullable String accept) {
    if (accept == null) {
      return TEXT;
    }
    double openMetrics = NOT_NAMED;
    double text = NOT_NAMED;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.strip().split("\\s*;\\s*", -1);
      if (parts[0].equals(OPEN_METRICS_RANGE) && isOurVersion(parts)) {
        openMetrics = Math.max(openMetrics, quality(parts));
      } else if (parts[0].equals(TEXT_RANGE)) {
        text = Math.max(text, quality(parts));
      }
    }
    return openMetrics > 0 && openMetrics >= text ? OPEN_METRICS : TEXT;
  }

  private static boolean isOurVersion(String[] parts) {
    String version = parameter(parts, "version");
    return version == null || version.equals("1.0.0");
  }

  private static double quality(String[] parts) {
    String quality = parameter(parts, "q");
    try {
      return quality == null ? 1 : Double.parseDouble(quality);
    } catch (NumberFormatException e) {
      return 0; // nobody knows what was meant
    }
  }

  private static @Nullable String parameter(String[] parts, String name) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].startsWith(name + "=")) {
        return parts[i].substring(name.length() + 1).replace("\"", "");
      }
    }
    return null;
  }
}
