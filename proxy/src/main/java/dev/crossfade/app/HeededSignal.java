package dev.crossfade.app;

import org.jspecify.annotations.Nullable;

/**
 * A signal that asks for something, heeded from the first moment on: one that comes before it can
 * be answered must not end the program, and is answered once it can. Safe from any thread.
 */
final class HeededSignal {
  private final String thread;
  private @Nullable Runnable answer;
  private boolean early;

  /**
   * @param thread the name of those that answer
   */
  HeededSignal(String thread) {
    this.thread = thread;
  }

  /**
   * Begins to listen.
   *
   * @param name without SIG
   * @param thread the name of those that answer
   */
  static HeededSignal on(String name, String thread) {
    HeededSignal heeded = new HeededSignal(thread);
    Signals.on(name, heeded::came);
    return heeded;
  }

  /** The signal has come. */
  synchronized void came() {
    if (answer == null) {
      early = true;
    } else {
      new Thread(answer, thread).start();
    }
  }

  /** From now on each is answered by this, on a thread of its own. */
  synchronized void answerBy(Runnable task) {
    answer = task;
    if (early) {
      came();
    }
  }
}
