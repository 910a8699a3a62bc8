package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a request belongs to (W3C Trace Context, level 1): the one it came with, or one
 * that begins here. Keeps what it found until the next request; confined to one event loop.
 */
final class TraceContext {
  /** Version, trace id, parent id and flags of version 00, with the dashes between them. */
  private static final int LENGTH = 55;

  static final int ID_LENGTH = 32;

  private static final int ID = 3;
  private static final int PARENT = 36;
  private static final int FLAGS = 53;
  private static final int WHOLE = 10_000;
  private static final byte[] HEX = ascii("0123456789abcdef");

  private final RandomGenerator high;
  private final RandomGenerator low;
  private final byte[] made = ascii("00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-00");

  private boolean begins;
  private byte[] idIn = made;
  private int idStart = -1;

  /** Draws ids from generators of its own, seeded so that no two loops or processes draw alike. */
  TraceContext() {
    this(
        new SplittableRandom(new SecureRandom().nextLong()),
        new SplittableRandom(new SecureRandom().nextLong()));
  }

  /**
   * Draws ids from these.
   *
   * @param high of the first half of trace ids
   * @param low of their second half, and of all else
   */
  TraceContext(RandomGenerator high, RandomGenerator low) {
    this.high = high;
    this.low = low;
  }

  /**
   * Looks which trace the request belongs to, and begins one where that is configured.
   *
   * @param wanted whether somebody asks for the id, so that it is looked for in any case
   */
  void read(RequestHead head, ForwardSettings.Trace settings, boolean wanted) {
    begins = false;
    idStart = -1;
    if (!wanted && !settings.make()) {
      return;
    }
    FieldTable fields = head.fields();
    int field = fields.find(FieldName.TRACEPARENT, 0);
    if (field >= 0
        && fields.find(FieldName.TRACEPARENT, field + 1) < 0
        && isValid(head.bytes(), fields.valueStart(field), fields.valueEnd(field))) {
      idIn = head.bytes();
      idStart = fields.valueStart(field) + ID;
    } else if (settings.make()) {
      make(settings.sampled());
      begins = true;
      idIn = made;
      idStart = ID;
    }
  }

  /** The value of traceparent where a trace begins here, in place of whatever came; else null. */
  byte @Nullable [] begun() {
    return begins ? made : null;
  }

  /** The bytes in which the trace id lies, until the head is overwritten. */
  byte[] idBytes() {
    return idIn;
  }

  /** Where the trace id begins; -1 where the request belongs to no trace that is known. */
  int idStart() {
    return idStart;
  }

  private void make(int sampled) {
    hex(nonZero(high), ID);
    hex(nonZero(low), ID + 16);
    hex(nonZero(low), PARENT);
    boolean recorded = sampled == WHOLE || sampled > 0 && low.nextInt(WHOLE) < sampled;
    made[FLAGS + 1] = (byte) (recorded ? '1' : '0');
  }

  /** An id of zeros is none. */
  private static long nonZero(RandomGenerator random) {
    long drawn = random.nextLong();
    return drawn == 0 ? 1 : drawn;
  }

  private void hex(long number, int at) {
    for (int i = 15; i >= 0; i--) {
      made[at + i] = HEX[(int) number & 0xf];
      number >>>= 4;
    }
  }

  /** Level 1, §3.2.2: later versions may go on behind the flags, with a dash. */
  private static boolean isValid(byte[] b, int from, int to) {
    int length = to - from;
    if (length < LENGTH
        || b[from + ID - 1] != '-'
        || b[from + PARENT - 1] != '-'
        || b[from + FLAGS - 1] != '-'
        || !isHex(b, from, from + 2)
        || !isHex(b, from + FLAGS, from + LENGTH)) {
      return false;
    }
    boolean first = b[from] == '0' && b[from + 1] == '0';
    boolean forbidden = b[from] == 'f' && b[from + 1] == 'f';
    boolean ends = length == LENGTH || !first && b[from + LENGTH] == '-';
    return ends
        && !forbidden
        && isId(b, from + ID, from + PARENT - 1)
        && isId(b, from + PARENT, from + FLAGS - 1);
  }

  private static boolean isId(byte[] b, int from, int to) {
    boolean zero = true;
    for (int i = from; i < to; i++) {
      zero &= b[i] == '0';
    }
    return !zero && isHex(b, from, to);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isHex(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if ((b[i] < '0' || b[i] > '9') && (b[i] < 'a' || b[i] > 'f')) {
        return false;
      }
    }
    return true;
  }
}
