package dev.crossfade.split;

/** The 10,000 buckets that visitors are put into. */
public final class Buckets {
  /** How many there are; a bucket is 0 … COUNT - 1. */
  public static final int COUNT = 10_000;

  private Buckets() {}
}
