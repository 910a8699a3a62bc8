package dev.crossfade.loadtest;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * What is known of a visitor's bucket: at least {@code from}, less than {@code until}.
 *
 * <p>A visitor who came with a session cookie has one bucket, the hash of it. One who came with
 * nothing was given a random bucket that only the proxy knows; but every side seen under a known
 * percentage narrows it, and a side that leaves no bucket at all proves that the visitor was moved
 * without cause.
 *
 * @param from 0 … 9999
 * @param until 1 … 10,000, above {@code from}
 */
record BucketRange(int from, int until) {

  /** The number of buckets, and the threshold of 100 %. */
  static final int BUCKETS = 10_000;

  /** Nothing is known. */
  static final BucketRange ANY = new BucketRange(0, BUCKETS);

  BucketRange {
    if (from < 0 || until > BUCKETS || from >= until) {
      throw new IllegalArgumentException("No bucket is in " + from + " … " + until);
    }
  }

  /** The bucket of a session id: XXH64, seed 0, unsigned, modulo 10,000. */
  static BucketRange ofSession(String id) {
    long hash = Hashing.xxh64().hashBytesToLong(id.getBytes(StandardCharsets.UTF_8));
    int bucket = (int) Long.remainderUnsigned(hash, BUCKETS);
    return new BucketRange(bucket, bucket + 1);
  }

  /** Whether a visitor with such a bucket may be seen there under one of these thresholds. */
  boolean allows(Side seen, Timeline.Thresholds inForce) {
    return seen == Side.NEW ? from < inForce.highest() : until > inForce.lowest();
  }

  /** What is known after a visitor was seen on a side that {@link #allows} permits. */
  BucketRange narrowed(Side seen, Timeline.Thresholds inForce) {
    return seen == Side.NEW
        ? new BucketRange(from, Math.min(until, inForce.highest()))
        : new BucketRange(Math.max(from, inForce.lowest()), until);
  }
}
