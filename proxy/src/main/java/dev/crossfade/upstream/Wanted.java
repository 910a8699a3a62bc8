package dev.crossfade.upstream;

import org.jspecify.annotations.Nullable;

/** What a {@link Balancer} is to find. Used again and again, confined to one event loop. */
final class Wanted {
  /** No bound on the requests that an endpoint has under way. */
  static final int ANY_NUMBER = Integer.MAX_VALUE;

  Standing least = Standing.SOUND;
  @Nullable Endpoint except;
  int key = Lease.NO_KEY;
  int room = ANY_NUMBER;

  boolean takes(Endpoint endpoint) {
    return endpoint.standing().atLeast(least)
        && endpoint != except
        && (room == ANY_NUMBER || endpoint.inFlight() < room);
  }
}
