package dev.crossfade.plan;

import dev.crossfade.split.Side;

/**
 * What is closed to visitors.
 *
 * @param oldSide the old version answers 503 to everyone but those with the upgrade cookie
 * @param newSide likewise the new version
 * @param freezeWrites all methods but GET, HEAD, OPTIONS and TRACE answer 503, for everyone
 */
public record Maintenance(boolean oldSide, boolean newSide, boolean freezeWrites) {
  /** Nothing is closed. */
  public static final Maintenance NONE = new Maintenance(false, false, false);

  /** Whether the side is closed. */
  public boolean closes(Side side) {
    return side == Side.OLD ? oldSide : newSide;
  }
}
