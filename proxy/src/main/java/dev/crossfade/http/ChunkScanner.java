package dev.crossfade.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chunked body to its end (RFC 9112 §7.1), over any division into buffers and strictly:
 * CR LF only, sizes of at most 15 digits, bounded extensions and trailers, no trailer that would
 * change framing or say who the client is (RFC 9110 §6.5.1). Used again for the next body after
 * {@link #reset}; confined to one thread.
 */
public final class ChunkScanner {
  /** Is shown the runs of data between the framing. */
  @FunctionalInterface
  public interface DataRun {
    /**
     * Some of the body's data.
     *
     * @param buffer borrowed: retain what is to be kept
     */
    void data(ByteBuf buffer, int from, int to);

    /**
     * Some of the trailer section behind the last chunk, up to and including its empty line.
     *
     * @param buffer borrowed: copy what is to be kept
     */
    default void trailers(ByteBuf buffer, int from, int to) {}
  }

  private enum State {
    SIZE_START,
    SIZE,
    SIZE_BLANK,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    END_LF,
    DONE,
    BROKEN
  }

  /** With zeros in front, which mean nothing and are bounded all the same. */
  private static final int MAX_SIZE_DIGITS = 64;

  /** The next digit would go beyond 60 bits. */
  private static final long MAX_SIZE = 1L << 56;

  /** In one chunk; what lies beyond has no use but to make work. */
  private static final int MAX_EXTENSION = 4 * 1024;

  /** So much is no burden, on however many chunks. */
  private static final int SHORT_EXTENSION = 16;

  /**
   * In the whole body beyond as many bytes as it has of data, so that tiny chunks with long
   * extensions do not multiply the traffic.
   */
  private static final int MAX_EXTENSIONS = 16 * 1024;

  private static final int MAX_TRAILERS = 8 * 1024;

  /** No name that is looked for is longer. */
  private static final int NAME_KEPT = 32;

  private State state = State.SIZE_START;
  private long remaining;
  private int digits;
  private int extension;
  private long extensions;
  private int trailers;
  private int nameLength;
  private byte @Nullable [] name;
  private @Nullable HeadProblem problem;

  /** Begins another body. */
  public void reset() {
    state = State.SIZE_START;
    remaining = 0;
    extensions = 0;
    trailers = 0;
    problem = null;
  }

  /** Whether the body is complete. */
  public boolean done() {
    return state == State.DONE;
  }

  /** Why the body is refused, null if it is not. */
  public @Nullable HeadProblem problem() {
    return problem;
  }

  /**
   * Follows the body through a part of a buffer, whose indices stay as they are.
   *
   * @param run is shown the data, null if it does not matter
   * @return behind the last byte that belongs to the body: {@code to} unless the body is {@link
   *     #done} or refused ({@link #problem})
   */
  public int scan(ByteBuf buffer, int from, int to, @Nullable DataRun run) {
    int at = from;
    while (at < to && state != State.DONE && state != State.BROKEN) {
      if (state == State.DATA) {
        int length = (int) Math.min(remaining, to - at);
        if (run != null) {
          run.data(buffer, at, at + length);
        }
        at += length;
        remaining -= length;
        extensions -= length;
        if (remaining == 0) {
          state = State.DATA_CR;
        }
      } else if (run != null && inTrailers()) {
        int start = at;
        while (at < to && inTrailers()) {
          state = next(buffer.getByte(at++));
        }
        run.trailers(buffer, start, at);
      } else {
        state = next(buffer.getByte(at++));
      }
    }
    return at;
  }

  private boolean inTrailers() {
    return state.compareTo(State.TRAILER_START) >= 0 && state.compareTo(State.END_LF) <= 0;
  }

  private State next(byte c) {
    return switch (state) {
      case SIZE_START, SIZE -> size(c);
      case SIZE_BLANK -> sizeBlank(c);
      case EXTENSION -> extension(c);
      case SIZE_LF -> c == '\n' ? sized() : broken(HeadProblem.LINE_END);
      case DATA_CR -> c == '\r' ? State.DATA_LF : broken(HeadProblem.CHUNK_END);
      case DATA_LF -> c == '\n' ? State.SIZE_START : broken(HeadProblem.CHUNK_END);
      case TRAILER_START, TRAILER_NAME -> trailerName(c);
      case TRAILER_VALUE -> trailerValue(c);
      case TRAILER_LF -> c == '\n' ? State.TRAILER_START : broken(HeadProblem.LINE_END);
      case END_LF -> c == '\n' ? State.DONE : broken(HeadProblem.LINE_END);
      case DATA, DONE, BROKEN -> throw new IllegalStateException(state.name());
    };
  }

  private State size(byte c) {
    int value = Bytes.hex(c);
    if (value >= 0) {
      if (state == State.SIZE_START) {
        digits = 0;
        remaining = 0;
      }
      if (++digits > MAX_SIZE_DIGITS || remaining >= MAX_SIZE) {
        return broken(HeadProblem.CHUNK_SIZE);
      }
      remaining = remaining << 4 | value;
      return State.SIZE;
    }
    if (state == State.SIZE_START) {
      return broken(HeadProblem.CHUNK_SIZE);
    }
    extension = 0;
    if (c == '\r') {
      return State.SIZE_LF;
    }
    if (c == ';') {
      return extend();
    }
    // RFC 9112 §7.1.1 lets bad white space stand before an extension, and nowhere else.
    return Bytes.isBlank(c) ? State.SIZE_BLANK : broken(HeadProblem.CHUNK_SIZE);
  }

  private State sizeBlank(byte c) {
    if (c == ';') {
      return extend();
    }
    // Counts like an extension, so that the blanks are bounded too.
    return Bytes.isBlank(c) && extend() == State.EXTENSION
        ? State.SIZE_BLANK
        : broken(HeadProblem.CHUNK_SIZE);
  }

  private State extend() {
    return extension((byte) ';');
  }

  private State extension(byte c) {
    if (c == '\r') {
      return State.SIZE_LF;
    }
    boolean tooLong =
        ++extension > MAX_EXTENSION || extension > SHORT_EXTENSION && ++extensions > MAX_EXTENSIONS;
    return tooLong || !Bytes.isFieldValue(c)
        ? broken(HeadProblem.CHUNK_EXTENSION)
        : State.EXTENSION;
  }

  private State sized() {
    return remaining > 0 ? State.DATA : State.TRAILER_START;
  }

  private State trailerName(byte c) {
    if (++trailers > MAX_TRAILERS) {
      return broken(HeadProblem.TRAILER);
    }
    if (state == State.TRAILER_START) {
      if (c == '\r') {
        return State.END_LF;
      }
      nameLength = 0;
    }
    if (Bytes.isToken(c)) {
      keep(c);
      return State.TRAILER_NAME;
    }
    return c == ':' && nameLength > 0 && !forbidden()
        ? State.TRAILER_VALUE
        : broken(HeadProblem.TRAILER);
  }

  private void keep(byte c) {
    byte[] kept = name;
    if (kept == null) {
      kept = new byte[NAME_KEPT];
      name = kept;
    }
    if (nameLength < NAME_KEPT) {
      kept[nameLength] = c;
    }
    nameLength++;
  }

  private boolean forbidden() {
    byte[] kept = name;
    if (kept == null) {
      return false;
    }
    // A name cut off at NAME_KEPT can still be told by its beginning: x-crossfade-….
    return FieldName.of(kept, 0, Math.min(nameLength, NAME_KEPT)).forbiddenInTrailers();
  }

  private State trailerValue(byte c) {
    if (c == '\r') {
      return State.TRAILER_LF;
    }
    return Bytes.isFieldValue(c) && ++trailers <= MAX_TRAILERS
        ? State.TRAILER_VALUE
        : broken(HeadProblem.TRAILER);
  }

  private State broken(HeadProblem why) {
    problem = why;
    return State.BROKEN;
  }
}
