package dev.crossfade.server;

import java.util.concurrent.TimeUnit;

/**
 * How long the client was waited for while its request's body came in, and until when the next
 * bytes have to be there. Only time in which it was the client's turn counts. Used again for the
 * next request; confined to one event loop.
 */
final class BodyTime {
  /** What a body may take in any case; each second's worth of bytes at the least rate adds one. */
  private static final long GRACE_SECONDS = 20;

  private final ServerSettings.Timeouts timeouts;
  private boolean awaitsContinue;
  private long waited;
  private long waitingSince;

  BodyTime(ServerSettings.Timeouts timeouts) {
    this.timeouts = timeouts;
  }

  /**
   * Another body; what the client is waited for begins with {@link #waitFrom}.
   *
   * @param untilContinue whether the client waits for 100 (Continue) before it sends anything of it
   */
  void begin(boolean untilContinue) {
    awaitsContinue = untilContinue;
    waited = 0;
  }

  /** Whether the client still waits for 100 (Continue). */
  boolean awaitsContinue() {
    return awaitsContinue;
  }

  /** The client has been told to go on, or has begun without being told. */
  void goesOn() {
    awaitsContinue = false;
  }

  /** From now on it is the client that is waited for. */
  void waitFrom(long now) {
    waitingSince = now;
  }

  /** Until now it was. Only such time counts: not while nothing is read, nor before 100. */
  void waitedUntil(long now) {
    if (!awaitsContinue) {
      waited += now - waitingSince;
    }
    waitingSince = now;
  }

  /**
   * Until when the next bytes have to be there, by themselves and by the rate of the whole.
   *
   * @param length how much of the body has come
   */
  long due(long length) {
    long wait = timeouts.body().toNanos();
    if (timeouts.bodyRate() > 0) {
      long seconds = GRACE_SECONDS + length / timeouts.bodyRate();
      wait = Math.min(wait, TimeUnit.SECONDS.toNanos(seconds) - waited);
    }
    return waitingSince + wait;
  }
}
