package dev.crossfade.app;

import org.jspecify.annotations.Nullable;

/**
 * SIGHUP, heeded from the first moment on: one that comes before there is anything to reload must
 * not end the program, and is answered once there is. Safe from any thread.
 */
final class HangUps {
  private @Nullable Runnable reload;
  private boolean early;

  HangUps() {}

  /** Begins to listen. */
  static HangUps onSignals() {
    HangUps hangUps = new HangUps();
    Signals.on("HUP", hangUps::came);
    return hangUps;
  }

  /** The signal has come. */
  synchronized void came() {
    if (reload == null) {
      early = true;
    } else {
      new Thread(reload, "reload").start();
    }
  }

  /** From now on each is answered by this, on a thread of its own. */
  synchronized void answerBy(Runnable task) {
    reload = task;
    if (early) {
      came();
    }
  }
}
