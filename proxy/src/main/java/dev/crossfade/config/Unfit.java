package dev.crossfade.config;

/** A value of the right form that can't be used; the message says why. */
final class Unfit extends Exception {
  Unfit(String why) {
    super(why, null, false, false);
  }
}
