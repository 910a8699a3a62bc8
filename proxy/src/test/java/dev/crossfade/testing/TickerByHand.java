package dev.crossfade.testing;

import dev.crossfade.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that stands still until a test moves it. Safe from any thread. */
public final class TickerByHand implements Ticker {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

  @Override
  public long nanos() {
    return nanos.get();
  }

  /** Moves it forward; deadlines are noticed by the next sweep. */
  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }
}
