package dev.crossfade.loadtest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one visitor did, in order, one request at a time.
 *
 * @param visitor a name for reports
 * @param always the side that a cookie of the visitor's demands, null where the bucket decides
 * @param bucket what was known of the bucket before the first request
 */
record Diary(String visitor, @Nullable Side always, BucketRange bucket, List<Sent> sent) {

  /** How a request ended for the one who sent it. */
  enum Outcome {
    /** The whole answer came, and every byte is what the origin makes for this request. */
    ANSWERED,
    /** No answer, or not all of it, or not in time. */
    LOST,
    /** A whole answer that is not the origin's for this request. */
    FALSE
  }

  /**
   * A request.
   *
   * @param id unique in a run
   * @param began nanoseconds of {@link System#nanoTime}, before its first byte was written
   * @param bodyHash {@link Payload#hash} of the body that was sent
   * @param saidBy the side that the answer claims to come from, null without one
   * @param detail what was wrong, empty otherwise
   */
  record Sent(
      String id,
      long began,
      long bodyHash,
      Outcome outcome,
      @Nullable Side saidBy,
      String detail) {}
}
