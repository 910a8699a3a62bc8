package dev.crossfade.upstream;

import org.jspecify.annotations.Nullable;

/**
 * A request's claim on an endpoint: counts as one request under way from {@link #open} to {@link
 * #close}. Used again for the next request; confined to one event loop.
 */
public final class Lease {
  /** No {@link #key}. */
  static final int NO_KEY = -1;

  private @Nullable Endpoint endpoint;
  private @Nullable SideLoad load;
  private int key = NO_KEY;
  private boolean overloaded;
  private boolean lastResort;

  /**
   * Whoever comes with the same key is sent to the same endpoint, where the side is balanced so. To
   * be told before each request.
   *
   * @param visitorKey 0 or above; negative for none
   */
  public void key(int visitorKey) {
    key = visitorKey;
  }

  int key() {
    return key;
  }

  /** One is asked for, again perhaps. */
  void begin() {
    overloaded = false;
  }

  /** Claims the endpoint, and gives back what was claimed before. */
  void open(Endpoint claimed) {
    giveBack();
    claimed.take();
    endpoint = claimed;
    lastResort = !claimed.standing().atLeast(Standing.HELD);
  }

  /** Claims a place among the requests that a side may have under way. */
  boolean take(SideLoad of, int most) {
    if (load == of) {
      return true;
    }
    if (!of.take(most)) {
      return false;
    }
    leave();
    load = of;
    return true;
  }

  void refuse() {
    overloaded = true;
    leave();
  }

  /**
   * Whether the last lease was refused because there is too much to do, and not for want of one.
   */
  public boolean overloaded() {
    return overloaded;
  }

  /**
   * Whether the last endpoint was claimed though it is thought to be gone, since no other was left.
   */
  public boolean lastResort() {
    return lastResort;
  }

  /** The endpoint that is claimed, null if none is. */
  public @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** Gives it back; a second time does nothing. */
  public void close() {
    giveBack();
    leave();
  }

  private void giveBack() {
    Endpoint held = endpoint;
    if (held != null) {
      endpoint = null;
      held.giveBack();
    }
  }

  private void leave() {
    SideLoad held = load;
    if (held != null) {
      load = null;
      held.giveBack();
    }
  }
}
