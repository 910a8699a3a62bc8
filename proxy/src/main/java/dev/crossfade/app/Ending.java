package dev.crossfade.app;

import dev.crossfade.cli.ExitCode;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The wish of whoever started the program that it end: SIGTERM or SIGINT. A second one ends it at
 * once.
 */
final class Ending {
  private final BlockingQueue<ExitCode> wishes = new LinkedBlockingQueue<>();
  private final AtomicInteger signals = new AtomicInteger();

  private Ending() {}

  /** Begins to listen. */
  static Ending onSignals() {
    Ending ending = new Ending();
    Signals.on("TERM", () -> ending.wish(ExitCode.DONE));
    Signals.on("INT", () -> ending.wish(ExitCode.INTERRUPTED));
    return ending;
  }

  private void wish(ExitCode code) {
    if (signals.incrementAndGet() > 1) {
      Runtime.getRuntime().halt(code.code());
    }
    wishes.add(code);
  }

  /** Waits for it. */
  ExitCode await() throws InterruptedException {
    return wishes.take();
  }
}
