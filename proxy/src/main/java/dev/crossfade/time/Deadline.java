package dev.crossfade.time;

import org.jspecify.annotations.Nullable;

/**
 * A moment by which something must have happened. Setting and clearing it costs two stores, so it
 * can be done several times a request; that it has passed is noticed by the next {@link
 * Deadlines#sweep}. Confined to the thread of its {@link Deadlines}.
 */
public abstract class Deadline {
  @Nullable Deadlines list;
  @Nullable Deadline previous;
  @Nullable Deadline next;
  private boolean set;
  private long at;

  /** Sets it, or sets it anew. */
  public final void set(long nanos) {
    at = nanos;
    set = true;
  }

  /** Nothing is waited for. */
  public final void clear() {
    set = false;
  }

  /** Whether something is waited for. */
  public final boolean isSet() {
    return set;
  }

  final void check(long now) {
    if (set && now - at >= 0) {
      set = false;
      passed(now);
    }
  }

  /** It was set and has passed; it is clear now. */
  protected abstract void passed(long now);
}
