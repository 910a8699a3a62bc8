package dev.crossfade.accesslog;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes. After lines it rests for a moment, so that many go out with one system
 * call and event loops need not wake it for each; without any it sleeps until the next one. Safe
 * from any thread.
 */
final class LogThread {
  private static final Logger log = LoggerFactory.getLogger(LogThread.class);

  private static final Duration GATHERING = Duration.ofMillis(10);

  /** How long an end waits for a disk that hangs. */
  private static final Duration END = Duration.ofSeconds(5);

  private final LogWriter writer;
  private volatile @Nullable Thread thread;
  private volatile boolean sleeps;
  private volatile boolean ends;

  LogThread(LogWriter writer) {
    this.writer = writer;
  }

  LogWriter writer() {
    return writer;
  }

  /** Begins to write; a second time does nothing. */
  synchronized void start() {
    if (thread == null && !ends) {
      Thread made = new Thread(this::run, "access-log");
      made.setDaemon(true);
      thread = made;
      made.start();
    }
  }

  /**
   * From an event loop: there is a line in the ring. Costs a system call only if the thread sleeps.
   */
  void lineCame(LineRing ring) {
    if (sleeps || ring.presses()) {
      wake();
    }
  }

  /** There is something to do that can't wait. */
  void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!ends) {
      try {
        writer.pump();
      } catch (RuntimeException e) {
        log.error("The access log has a fault", e);
        LockSupport.parkNanos(this, LogWriter.RETRY.toNanos());
      }
      LockSupport.parkNanos(this, GATHERING.toNanos());
      if (!ends && writer.isIdle()) {
        sleep();
      }
    }
    writer.end();
  }

  private void sleep() {
    sleeps = true;
    // Whoever adds a line after this look sees that the thread sleeps.
    if (!ends && writer.isIdle()) {
      LockSupport.park(this);
    }
    sleeps = false;
  }

  /** Writes what waits, and ends. No lines may come any more. */
  void end() {
    Thread running;
    synchronized (this) {
      ends = true;
      running = thread;
    }
    if (running == null) {
      return;
    }
    wake();
    try {
      running.join(END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (running.isAlive()) {
      log.error("The access log can't be written in time; what waits is lost");
    }
  }
}
