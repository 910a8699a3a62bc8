package dev.crossfade.accesslog;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lines on their way from one event loop to the writer: a ring of bytes, written by the one and
 * read by the other, without a lock and without an object a line. What does not fit is refused.
 *
 * <p>A queue of Netty's would carry a buffer a line, which one thread takes from a pool and another
 * gives back: more work than copying the line once.
 */
final class LineRing {
  private final byte[] bytes;

  /** Bytes read so far, whole lines; written by the reader. */
  private final AtomicLong read = new AtomicLong();

  /** Bytes written so far, whole lines; written by the writer of lines. */
  private final AtomicLong written = new AtomicLong();

  /** What the writer of lines last saw of the reader. */
  private long readSeen;

  private final ByteBuffer[] pieces;

  LineRing(int capacity) {
    bytes = new byte[capacity];
    pieces = new ByteBuffer[] {ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes)};
  }

  // ---- the event loop ---------------------------------------------------------------------------

  /**
   * Adds a line.
   *
   * @param line with its end
   * @return false if there is no room for it
   */
  boolean offer(byte[] line, int length) {
    long at = written.getPlain();
    if (length > bytes.length - (at - readSeen)) {
      readSeen = read.getAcquire();
      if (length > bytes.length - (at - readSeen)) {
        return false;
      }
    }
    int index = (int) (at % bytes.length);
    int first = Math.min(length, bytes.length - index);
    System.arraycopy(line, 0, bytes, index, first);
    System.arraycopy(line, first, bytes, 0, length - first);
    // Not only released: whether the writer sleeps must not be looked at before.
    written.set(at + length);
    return true;
  }

  /** Whether it is more than half full. */
  boolean presses() {
    if (written.getPlain() - readSeen <= bytes.length / 2) {
      return false;
    }
    readSeen = read.getAcquire();
    return written.getPlain() - readSeen > bytes.length / 2;
  }

  // ---- the writer -------------------------------------------------------------------------------

  /** Whether there is nothing to be read. */
  boolean isEmpty() {
    return written.get() == read.getPlain();
  }

  /** All lines that are there now, as one or two pieces; valid until {@link #taken}. */
  ByteBuffer[] lines() {
    long from = read.getPlain();
    int length = (int) (written.getAcquire() - from);
    int index = (int) (from % bytes.length);
    int first = Math.min(length, bytes.length - index);
    pieces[0].limit(index + first).position(index);
    pieces[1].limit(length - first).position(0);
    return pieces;
  }

  /** How many lines end within the next so many bytes. */
  int count(long length) {
    int index = (int) (read.getPlain() % bytes.length);
    int first = (int) Math.min(length, bytes.length - index);
    return ends(index, index + first) + ends(0, (int) length - first);
  }

  private int ends(int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        count++;
      }
    }
    return count;
  }

  /** Of so many bytes, how many belong to whole lines. */
  long wholeLines(long length) {
    long from = read.getPlain();
    long end = from + length;
    while (end > from && bytes[(int) ((end - 1) % bytes.length)] != '\n') {
      end--;
    }
    return end - from;
  }

  /** Gives the room of so many bytes free. */
  void taken(long length) {
    read.setRelease(read.getPlain() + length);
  }
}
