package dev.crossfade.time;

/** A monotonic clock. Injected wherever durations are measured, so that tests need not sleep. */
@FunctionalInterface
public interface Ticker {
  /** Nanoseconds since an arbitrary origin; never goes back. May be called from any thread. */
  long nanos();

  /** The machine's monotonic clock. */
  static Ticker system() {
    return System::nanoTime;
  }
}
