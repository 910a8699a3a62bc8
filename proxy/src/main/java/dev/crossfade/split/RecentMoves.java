package dev.crossfade.split;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who moved lately and where to, so that a move counts once although several requests of the
 * visitor still carry the cookie of before: those sent at the same time, and those whose answers
 * may not bring a cookie. A table of fixed size in which a newcomer takes the place of another;
 * then, at worst, that one's move counts once more. Safe from any thread.
 */
final class RecentMoves {
  private static final int PLACES = 1 << 14;
  private static final long TAKEN = 1L << 63;

  private final AtomicLongArray places = new AtomicLongArray(PLACES);

  /**
   * Notes a move.
   *
   * @param number the visitor's
   * @return whether it is news
   */
  boolean note(int number, Side to) {
    long move = TAKEN | (Integer.toUnsignedLong(number) << 1) | (to == Side.NEW ? 1 : 0);
    int place = (number * 0x9e3779b9) >>> 18;
    return places.get(place) != move && places.getAndSet(place, move) != move;
  }
}
