package dev.crossfade.server;

import java.util.Arrays;

/**
 * The streams that we have reset lately: what a client still sends on one of them, before it knows,
 * is no error (RFC 9113 §5.1). Confined to one event loop.
 *
 * <p>It knows as many as a client may make us reset before its connection ends for it, so that none
 * of those is forgotten while frames of it may be under way.
 */
final class Http2ResetStreams {
  private static final int FIRST = 16;
  private static final int MOST = 256;

  private int[] ids = new int[FIRST];
  private int noted;

  /** This one has been reset. */
  void note(int id) {
    if (noted == ids.length && noted < MOST) {
      ids = Arrays.copyOf(ids, 2 * noted);
    }
    ids[noted++ & ids.length - 1] = id;
  }

  /** Whether this one is among the last that were. */
  boolean know(int id) {
    for (int known : ids) {
      if (known == id) {
        return true;
      }
    }
    return false;
  }
}
