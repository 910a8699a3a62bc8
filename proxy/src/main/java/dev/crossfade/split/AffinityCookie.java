package dev.crossfade.split;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The value of our cookie: 27 bytes as 36 characters of base64url (RFC 4648 section 5), all of them
 * cookie-octets (RFC 6265 section 4.1.1).
 *
 * <pre>
 * 0       version (7 bits), side (1 bit: 0 old, 1 new)
 * 1 – 2   bucket
 * 3 – 6   epoch
 * 7 – 10  visitor's number: tells apart those who share a bucket, so that they can be counted
 * 11 – 26 HMAC-SHA-256 of the bytes before it, its first 128 bits
 * </pre>
 *
 * Numbers are big-endian. 27 bytes fill 36 characters without a bit to spare, so that no two texts
 * mean the same and every changed bit shows.
 *
 * <p>Whoever comes back costs no hash: each thread remembers some of the values that it has
 * verified. A value counts as remembered only if all its bytes are the same, and the comparison
 * takes the same time wherever they differ. Safe from any thread, allocates nothing.
 */
final class AffinityCookie {
  /** Characters of a value. */
  static final int LENGTH = 36;

  private static final int VERSION = 1;
  private static final int SIGNED = 11;
  private static final int RAW = SIGNED + CookieMac.LENGTH;
  private static final int REMEMBERED = 1024;

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DIGIT_VALUES = digitValues();

  private final ThreadLocal<Desk> desks;

  AffinityCookie(AffinityKeys keys) {
    this.desks = ThreadLocal.withInitial(() -> new Desk(keys));
  }

  /**
   * Reads the visitor's cookie. If it is whole and one of our keys made it, its content goes to the
   * visitor; a forged or broken one counts as absent.
   *
   * @return whether it counts
   */
  boolean read(Visitor visitor) {
    int from = visitor.affinityStart;
    if (from == Visitor.ABSENT || visitor.affinityEnd - from != LENGTH) {
      return false;
    }
    Desk desk = desks.get();
    if (!decode(visitor.bytes, from, desk.raw) || !desk.accepts()) {
      return false;
    }
    byte[] raw = desk.raw;
    visitor.cookieBucket = ((raw[1] & 0xff) << 8) | (raw[2] & 0xff);
    visitor.cookieSide = (raw[0] & 1) == 0 ? Side.OLD : Side.NEW;
    visitor.cookieEpoch = (int) BIG_ENDIAN.get(raw, 3);
    visitor.number = (int) BIG_ENDIAN.get(raw, 7);
    return visitor.cookieBucket < Buckets.COUNT;
  }

  /** Writes the value for these to a place in an array, {@link #LENGTH} characters. */
  void write(int bucket, Side side, int epoch, int number, byte[] target, int at) {
    Desk desk = desks.get();
    byte[] raw = desk.raw;
    raw[0] = (byte) ((VERSION << 1) | (side == Side.OLD ? 0 : 1));
    raw[1] = (byte) (bucket >>> 8);
    raw[2] = (byte) bucket;
    BIG_ENDIAN.set(raw, 3, epoch);
    BIG_ENDIAN.set(raw, 7, number);
    desk.macs[0].sign(raw, SIGNED, raw, SIGNED);
    encode(raw, target, at);
  }

  /** What a thread needs to verify values. */
  private static final class Desk {
    final byte[] raw = new byte[RAW];
    final CookieMac[] macs;

    /** Values that were verified, RAW bytes each, at a place that their visitor's number gives. */
    private final byte[] remembered = new byte[REMEMBERED * RAW];

    Desk(AffinityKeys keys) {
      macs = keys.keys().stream().map(CookieMac::new).toArray(CookieMac[]::new);
    }

    /** Whether what stands in {@link #raw} was made by us. */
    boolean accepts() {
      if (raw[0] >>> 1 != VERSION) {
        return false;
      }
      int place = ((int) BIG_ENDIAN.get(raw, 7) & (REMEMBERED - 1)) * RAW;
      if (remembers(place)) {
        return true;
      }
      for (CookieMac mac : macs) {
        if (mac.verifies(raw, SIGNED, raw, SIGNED)) {
          System.arraycopy(raw, 0, remembered, place, RAW);
          return true;
        }
      }
      return false;
    }

    private boolean remembers(int place) {
      int difference = 0;
      for (int i = 0; i < RAW; i++) {
        difference |= raw[i] ^ remembered[place + i];
      }
      return difference == 0;
    }
  }

  private static boolean decode(byte[] text, int from, byte[] raw) {
    int wrong = 0;
    for (int in = from, out = 0; out < RAW; in += 4, out += 3) {
      int a = DIGIT_VALUES[text[in] & 0xff];
      int b = DIGIT_VALUES[text[in + 1] & 0xff];
      int c = DIGIT_VALUES[text[in + 2] & 0xff];
      int d = DIGIT_VALUES[text[in + 3] & 0xff];
      wrong |= a | b | c | d;
      raw[out] = (byte) ((a << 2) | (b >> 4));
      raw[out + 1] = (byte) ((b << 4) | (c >> 2));
      raw[out + 2] = (byte) ((c << 6) | d);
    }
    return wrong >= 0;
  }

  private static void encode(byte[] raw, byte[] target, int at) {
    for (int in = 0, out = at; in < RAW; in += 3, out += 4) {
      int bits = ((raw[in] & 0xff) << 16) | ((raw[in + 1] & 0xff) << 8) | (raw[in + 2] & 0xff);
      target[out] = DIGITS[bits >> 18];
      target[out + 1] = DIGITS[(bits >> 12) & 63];
      target[out + 2] = DIGITS[(bits >> 6) & 63];
      target[out + 3] = DIGITS[bits & 63];
    }
  }

  private static byte[] digitValues() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < DIGITS.length; i++) {
      values[DIGITS[i]] = (byte) i;
    }
    return values;
  }
}
