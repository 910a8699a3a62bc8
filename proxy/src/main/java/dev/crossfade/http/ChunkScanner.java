package dev.crossfade.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chunked body to its end (RFC 9112 §7.1), over any division into buffers and strictly:
 * CR LF only, sizes of at most 15 digits, bounded extensions and trailers, no trailer that has to
 * be a header field or none (RFC 9110 §6.5.1) or is for one hop (§7.6.1). Used again for the next
 * body after {@link #reset}; confined to one thread.
 */
public final class ChunkScanner {
  /**
   * What becomes of trailers that must not be there. Those that Connection has named are left out
   * of both.
   */
  public enum BadTrailers {
    /** Of a request: the body is refused. */
    REFUSED,
    /** Of an answer: they are left out by {@link #filterTrailers}. */
    DROPPED
  }

  /** Is shown the runs of data between the framing. */
  @FunctionalInterface
  public interface DataRun {
    /**
     * Some of the body's data.
     *
     * @param buffer borrowed: retain what is to be kept
     */
    void data(ByteBuf buffer, int from, int to);
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

  private static final int TRAILERS_HELD = 256;

  /** No name that is looked for is longer. */
  private static final int NAME_KEPT = 32;

  private final boolean dropping;
  private final ChunkExtension extension = new ChunkExtension();

  private State state = State.SIZE_START;
  private long remaining;
  private int digits;
  private int extended;
  private long extensions;
  private int trailers;
  private int nameLength;
  private byte @Nullable [] name;
  private @Nullable HeadProblem problem;

  // Trailers that are held back until all of them are known: only where some may be left out.
  private HopFields hop = HopFields.NONE;
  private byte @Nullable [] held;
  private int heldLength;
  private int heldFrom;
  private int heldBack;
  private int lineStart;
  private boolean badLine;

  /** For bodies in which trailers that must not be there are dealt with in that way. */
  public ChunkScanner(BadTrailers bad) {
    dropping = bad == BadTrailers.DROPPED;
  }

  /**
   * Begins another body.
   *
   * @param named trailers that go no further
   */
  public void reset(HopFields named) {
    hop = named;
    state = State.SIZE_START;
    remaining = 0;
    extensions = 0;
    trailers = 0;
    problem = null;
    held = null;
    heldLength = 0;
    heldBack = 0;
    lineStart = 0;
    badLine = false;
  }

  /** Whether the body is complete. */
  public boolean done() {
    return state == State.DONE;
  }

  /** Whether a chunk's size is what comes next. */
  public boolean betweenChunks() {
    return state == State.SIZE_START;
  }

  /** Bytes of data that are still to come of the present chunk, at least. */
  public long remaining() {
    return remaining;
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
    heldFrom = from;
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
      } else {
        byte c = buffer.getByte(at);
        if (dropping || !hop.isEmpty()) {
          holdTrailer(c, at);
        }
        state = next(c);
        at++;
      }
    }
    heldBack = held == null ? 0 : at - heldFrom;
    return at;
  }

  /** How many bytes of what was scanned last are trailers that are held back: its last ones. */
  public int heldBack() {
    return heldBack;
  }

  /**
   * Takes the trailers' bytes off the end of what was scanned last and, once all of them have been
   * seen, puts those there that may go on, with the end of the body. Does nothing where there are
   * none.
   *
   * @param buffer ends where the last scan has ended
   */
  public void filterTrailers(ByteBuf buffer) {
    byte[] lines = held;
    if (lines != null) {
      buffer.writerIndex(buffer.writerIndex() - heldBack);
      if (done()) {
        buffer.writeBytes(lines, 0, heldLength);
      }
    }
  }

  /**
   * The trailers that may go on, once the body is {@link #done}; null if there are none, and where
   * none are held back.
   */
  public @Nullable TrailerSection trailers() {
    byte[] lines = held;
    return lines == null || !done() ? null : new TrailerSection(lines, heldLength);
  }

  private void holdTrailer(byte c, int at) {
    byte[] lines = held;
    if (lines == null) {
      if (state != State.TRAILER_START || c == '\r') {
        return;
      }
      lines = new byte[TRAILERS_HELD];
      heldFrom = at;
    }
    if (state == State.TRAILER_START) {
      if (badLine) {
        heldLength = lineStart;
        badLine = false;
      }
      lineStart = heldLength;
    }
    if (heldLength == lines.length) {
      lines = Arrays.copyOf(lines, 2 * heldLength);
    }
    lines[heldLength++] = c;
    held = lines;
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
    extended = 0;
    return c == '\r' ? State.SIZE_LF : sizeBlank(c);
  }

  /** RFC 9112 §7.1.1 lets bad white space stand before an extension, and nowhere else. */
  private State sizeBlank(byte c) {
    if (c == ';') {
      extension.begin();
      return tooLong() ? broken(HeadProblem.CHUNK_EXTENSION) : State.EXTENSION;
    }
    return Bytes.isBlank(c) && !tooLong() ? State.SIZE_BLANK : broken(HeadProblem.CHUNK_SIZE);
  }

  private State extension(byte c) {
    if (c == '\r' && extension.mayEnd()) {
      return State.SIZE_LF;
    }
    return c != '\r' && extension.takes(c) && !tooLong()
        ? State.EXTENSION
        : broken(HeadProblem.CHUNK_EXTENSION);
  }

  /** Counts another byte behind the size, blanks included. */
  private boolean tooLong() {
    return ++extended > MAX_EXTENSION
        || extended > SHORT_EXTENSION && ++extensions > MAX_EXTENSIONS;
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
    if (c != ':' || nameLength == 0) {
      return broken(HeadProblem.TRAILER);
    }
    boolean forbidden = forbidden();
    badLine = forbidden || isNamed();
    return forbidden && !dropping ? broken(HeadProblem.TRAILER) : State.TRAILER_VALUE;
  }

  /** Its name is the last that is held, with the colon. */
  private boolean isNamed() {
    byte[] lines = held;
    return lines != null && hop.has(lines, lineStart, heldLength - 1);
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
    int length = Math.min(nameLength, NAME_KEPT);
    return dropping
        ? TrailerSection.forbidsInAnswer(kept, 0, length)
        : TrailerSection.forbids(kept, 0, length);
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
