package dev.crossfade.split;

/** What holds a visitor to a side when the percentage changes. */
public enum Policy {
  /** Every visitor's side follows the percentage. */
  FOLLOW,
  /** Who is on new stays there when the percentage is lowered. */
  RATCHET,
  /** Who has a side keeps it whatever the percentage does. */
  PIN;

  /** Whether it keeps a visitor on this side, within one epoch. */
  boolean holds(Side side) {
    return this == PIN || (this == RATCHET && side == Side.NEW);
  }
}
