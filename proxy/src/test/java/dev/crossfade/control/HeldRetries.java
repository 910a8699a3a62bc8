package dev.crossfade.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A store thread on which whatever is to run later waits until the test lets it. */
final class HeldRetries extends ScheduledThreadPoolExecutor {
  final List<Duration> delays = new ArrayList<>();
  private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

  HeldRetries() {
    super(1);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    if (delay == 0) {
      return super.schedule(task, 0, unit);
    }
    delays.add(Duration.of(delay, unit.toChronoUnit()));
    held.add(task);
    return super.schedule(() -> {}, 0, unit);
  }

  /** Runs the retry that was planned, which must be there, and waits for its end. */
  void runRetry() throws Exception {
    Runnable retry = held.poll();
    if (retry == null) {
      throw new AssertionError("no retry was planned");
    }
    submit(retry).get();
  }
}
