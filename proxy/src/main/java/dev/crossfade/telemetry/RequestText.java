package dev.crossfade.telemetry;

import java.util.Arrays;

/**
 * What clients said in a request's head, as bytes, kept beyond the head itself for those who write
 * about the exchange once it is over. Every part is cut at a bound, so that no client decides how
 * much is kept of it. Used again for the next request; confined to one thread.
 */
public final class RequestText {
  /** The parts. Bytes are as they came: whoever writes them out escapes them. */
  public enum Part {
    /** The client's address, of trusted proxies looked through. */
    CLIENT(64),
    METHOD(32),
    /** The target without its query. */
    PATH(2048),
    /** Behind the question mark. */
    QUERY(2048),
    /** {@code HTTP/1.1}. */
    PROTOCOL(16),
    /** Host with its port. */
    HOST(256),
    /** Without query and user information. */
    REFERER(1024),
    USER_AGENT(512),
    /** The trace id of W3C Trace Context, 32 hexadecimal digits. */
    TRACE(32);

    private final int most;

    Part(int most) {
      this.most = most;
    }

    /** Most bytes that are kept of it. */
    public int most() {
      return most;
    }
  }

  private static final int ABSENT = -1;

  private final int[] start = new int[Part.values().length];
  private final int[] end = new int[Part.values().length];
  private int cut;
  private byte[] bytes = new byte[256];
  private int length;

  /** Nothing kept yet. */
  public RequestText() {
    clear();
  }

  /** Forgets all parts. */
  public void clear() {
    Arrays.fill(start, ABSENT);
    Arrays.fill(end, ABSENT);
    cut = 0;
    length = 0;
  }

  /** Keeps a part, or as much of it as the bound allows; in place of what was kept of it before. */
  public void keep(Part part, byte[] from, int partStart, int partEnd) {
    int whole = partEnd - partStart;
    int kept = Math.min(whole, part.most);
    if (bytes.length - length < kept) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + kept));
    }
    System.arraycopy(from, partStart, bytes, length, kept);
    start[part.ordinal()] = length;
    length += kept;
    end[part.ordinal()] = length;
    int bit = 1 << part.ordinal();
    cut = kept < whole ? cut | bit : cut & ~bit;
  }

  /** Whether the part is there; it may be empty. */
  public boolean has(Part part) {
    return start[part.ordinal()] != ABSENT;
  }

  /** Whether there was more of the part than is kept. */
  public boolean isCut(Part part) {
    return (cut & 1 << part.ordinal()) != 0;
  }

  /** The bytes in which all parts lie; not to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the part begins; -1 where it is not there. */
  public int start(Part part) {
    return start[part.ordinal()];
  }

  /** Behind the part; -1 where it is not there. */
  public int end(Part part) {
    return end[part.ordinal()];
  }
}
