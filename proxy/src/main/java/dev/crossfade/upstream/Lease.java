package dev.crossfade.upstream;

import org.jspecify.annotations.Nullable;

/**
 * A request's claim on an endpoint: counts as one request under way from {@link #open} to {@link
 * #close}. Used again for the next request; confined to one event loop.
 */
public final class Lease {
  private @Nullable Endpoint endpoint;

  /** Claims the endpoint, and gives back what was claimed before. */
  void open(Endpoint claimed) {
    close();
    claimed.take();
    endpoint = claimed;
  }

  /** The endpoint that is claimed, null if none is. */
  public @Nullable Endpoint endpoint() {
    return endpoint;
  }

  /** Gives it back; a second time does nothing. */
  public void close() {
    Endpoint held = endpoint;
    if (held != null) {
      endpoint = null;
      held.giveBack();
    }
  }
}
