package dev.crossfade.server;

/**
 * How much of what costs us and brings a client nothing is put up with on one connection. A client
 * in its right mind is far from any of the limits. All of them are for a window of time: a
 * connection may last for days, and what adds up over hours costs nothing. Confined to one event
 * loop.
 *
 * <p>Netty has limits of the kind, but only for codecs of its own make and by a clock of its own.
 */
final class Http2Floods {
  private static final long WINDOW_NANOS = 30_000_000_000L;

  /** PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty DATA: in a row, with nothing in between. */
  private final Count nothing = new Count(1_000);

  /** Requests that are taken back, or that have to be refused by a stream error. */
  private final Count resets = new Count(200);

  /** What comes on streams that we have reset, before the client knows: a window's worth each. */
  private final Count late = new Count(10_000);

  private static final class Count {
    private final int most;
    private int count;
    private long began;

    Count(int most) {
      this.most = most;
    }

    boolean isOneTooMany(long now) {
      if (count == 0 || now - began > WINDOW_NANOS) {
        began = now;
        count = 0;
      }
      return ++count > most;
    }
  }

  /** A request, or data in either direction. */
  void something() {
    nothing.count = 0;
  }

  /** A frame that brings nothing; answers whether it is one too many. */
  boolean nothing(long now) {
    return nothing.isOneTooMany(now);
  }

  /** A stream that ended by a reset of the client's making; answers whether it is one too many. */
  boolean reset(long now) {
    return resets.isOneTooMany(now);
  }

  /** A frame on a stream that we have reset; answers whether it is one too many. */
  boolean late(long now) {
    return late.isOneTooMany(now);
  }
}
