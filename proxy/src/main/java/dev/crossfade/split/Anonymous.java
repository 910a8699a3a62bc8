package dev.crossfade.split;

/** Where a visitor's first request goes, before any cookie. */
public enum Anonymous {
  /** A fresh random bucket. */
  SPLIT,
  /** The bucket of client address and User-Agent. */
  ADDRESS,
  OLD,
  NEW
}
