package dev.crossfade.split;

/**
 * A decision: side, reason and bucket. Immutable and interned, so that deciding allocates nothing.
 */
public final class Assignment {
  /** In place of a bucket where none was needed. */
  public static final int NO_BUCKET = -1;

  private static final int SLOTS_PER_KIND = Buckets.COUNT + 1;
  private static final Assignment[] INTERNED =
      new Assignment[Reason.values().length * 2 * SLOTS_PER_KIND];

  private final Side side;
  private final Reason reason;
  private final int bucket;

  private Assignment(Side side, Reason reason, int bucket) {
    this.side = side;
    this.reason = reason;
    this.bucket = bucket;
  }

  /**
   * The decision with these values; equal values give equal decisions.
   *
   * @param bucket 0 … 9999, or {@link #NO_BUCKET}
   */
  public static Assignment of(Side side, Reason reason, int bucket) {
    int slot = (reason.ordinal() * 2 + side.ordinal()) * SLOTS_PER_KIND + bucket + 1;
    // A race makes two equal objects, of which one stays; all fields are final, so either is whole.
    Assignment known = INTERNED[slot];
    if (known == null) {
      known = new Assignment(side, reason, bucket);
      INTERNED[slot] = known;
    }
    return known;
  }

  /** Where the request goes. */
  public Side side() {
    return side;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The visitor's bucket, 0 … 9999, or {@link #NO_BUCKET} where none was needed. */
  public int bucket() {
    return bucket;
  }

  @Override
  public String toString() {
    return side.label() + " by " + reason.label() + (bucket == NO_BUCKET ? "" : " " + bucket);
  }
}
