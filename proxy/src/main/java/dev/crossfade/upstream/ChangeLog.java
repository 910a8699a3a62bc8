package dev.crossfade.upstream;

import org.slf4j.Logger;

/**
 * Logs the changes of one endpoint, so that one which comes and goes fills no disk: the first
 * {@value #LINES} of a minute each, then how many there were. Safe from any thread.
 */
final class ChangeLog {
  /** Lines a minute. */
  static final int LINES = 6;

  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final Logger log;
  private final String endpoint;
  private boolean open;
  private long since;
  private int changes;

  /**
   * @param endpoint its name in the log
   */
  ChangeLog(Logger log, String endpoint) {
    this.log = log;
    this.endpoint = endpoint;
  }

  /** A change for the better or the worse. */
  synchronized void changed(boolean better, String what, long nowNanos) {
    minuteOver(nowNanos);
    if (!open) {
      open = true;
      since = nowNanos;
    }
    changes++;
    if (changes > LINES) {
      return;
    }
    if (better) {
      log.info("Endpoint {} is {}", endpoint, what);
    } else {
      log.warn("Endpoint {} is {}", endpoint, what);
    }
    if (changes == LINES) {
      log.warn("Endpoint {} changes often; for a minute its changes are only counted", endpoint);
    }
  }

  /** Says how many changes were kept back, once their minute is over. To be called often. */
  synchronized void minuteOver(long nowNanos) {
    if (open && nowNanos - since >= MINUTE_NANOS) {
      if (changes > LINES) {
        log.warn("Endpoint {} has changed {} times in a minute", endpoint, changes);
      }
      open = false;
      changes = 0;
    }
  }
}
