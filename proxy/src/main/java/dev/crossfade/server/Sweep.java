package dev.crossfade.server;

import dev.crossfade.forward.LoopForwarding;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an event loop does a few times a second beside its connections: looks for deadlines that
 * passed, and lets the pools follow the plan. It also tells how late it is, which is how long
 * everything else on that loop waited at this moment. The moments are evenly spread, so that the
 * share of late sweeps is the share of time in which the loop was late; sweeps that were missed
 * meanwhile are made up for and count as late as they are.
 *
 * <p>Confined to its loop.
 */
final class Sweep implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final int loop;
  private final Deadlines deadlines;
  private final LoopForwarding forwarding;
  private final Ticker ticker;
  private long due;

  /**
   * @param loop the number of the loop in telemetry
   */
  Sweep(int loop, Deadlines deadlines, LoopForwarding forwarding, Ticker ticker) {
    this.loop = loop;
    this.deadlines = deadlines;
    this.forwarding = forwarding;
    this.ticker = ticker;
  }

  /** Has the loop do it from now on. Call once. */
  void runOn(EventLoop eventLoop) {
    due = ticker.nanos() + INTERVAL.toNanos();
    eventLoop.scheduleAtFixedRate(
        this, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Never throws: a task that does is not run again, and no timeout of its loop would pass. */
  @Override
  public void run() {
    try {
      long now = ticker.nanos();
      forwarding.observer().onLoopLag(loop, now - due);
      due += INTERVAL.toNanos();
      deadlines.sweep(now);
      forwarding.refresh();
    } catch (RuntimeException e) {
      log.error("A sweep of deadlines failed", e);
    }
  }
}
