package dev.crossfade.accesslog;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is written of requests, and where.
 *
 * @param file that lines are added to, {@link #STANDARD_ERROR}, or null to write none
 * @param format of a line
 * @param sample share of requests that get a line, in hundredths of a percent, 0 … 10,000
 * @param errors whether those answered with 500 and above get one in any case
 * @param query whether queries are written
 * @param queue bytes of lines that may wait to be written, for each event loop
 */
public record AccessLogSettings(
    @Nullable Path file, Format format, int sample, boolean errors, boolean query, int queue) {

  /** In place of a file. */
  public static final Path STANDARD_ERROR = Path.of("-");

  /** All requests. */
  public static final int ALL = 10_000;

  /** Room for any line there may be. */
  public static final int LEAST_QUEUE = 64 * 1024;

  /** What a line looks like. */
  public enum Format {
    /** An object of JSON. */
    JSON,
    /** The combined format of Apache and nginx, and behind it what else there is to say. */
    COMBINED
  }

  /**
   * @throws IllegalArgumentException if the share is not 0 … 10,000, or the queue too small
   */
  public AccessLogSettings {
    if (sample < 0 || sample > ALL) {
      throw new IllegalArgumentException(
          "The share of requests in the access log is 0 to 10000, not " + sample + ".");
    }
    if (queue < LEAST_QUEUE) {
      throw new IllegalArgumentException(
          "The queue of the access log holds at least "
              + LEAST_QUEUE
              + " bytes, not "
              + queue
              + ".");
    }
  }

  /** Whether any lines are written. */
  public boolean on() {
    return file != null;
  }
}
