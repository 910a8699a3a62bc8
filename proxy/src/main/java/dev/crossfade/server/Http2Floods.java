package dev.crossfade.server;

/**
 * How much of what costs us and brings a client nothing is put up with on one connection. A client
 * in its right mind is far from either limit. Confined to one event loop.
 *
 * <p>Netty has limits of the kind, but only for codecs of its own make and by a clock of its own.
 */
final class Http2Floods {
  /** PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty DATA: in a row, with nothing in between. */
  private static final int MOST_IN_A_ROW = 1_000;

  /** Requests that are taken back, or that have to be refused by a stream error. */
  private static final int MOST_RESETS = 200;

  private static final long RESETS_WINDOW_NANOS = 30_000_000_000L;

  private int inARow;
  private int resets;
  private long windowBegan;

  /** A request, or data in either direction. */
  void something() {
    inARow = 0;
  }

  /** A frame that brings nothing; answers whether it is one too many. */
  boolean nothing() {
    return ++inARow > MOST_IN_A_ROW;
  }

  /** A stream that ended by a reset of the client's making; answers whether it is one too many. */
  boolean reset(long now) {
    if (resets == 0 || now - windowBegan > RESETS_WINDOW_NANOS) {
      windowBegan = now;
      resets = 0;
    }
    return ++resets > MOST_RESETS;
  }
}
