package dev.crossfade.split;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * From bytes to a bucket. Which bucket a session id gets is a promise to every visitor: a change
 * here moves people. Immutable, safe from any thread, allocates nothing.
 */
final class BucketHash {
  private static final Hasher64 XXH64 = Hashing.xxh64();
  private static final ThreadLocal<HashStream64> STREAM =
      ThreadLocal.withInitial(XXH64::hashStream);

  /** nginx spreads the percentages over hashes of 0 to this. */
  private static final long NGINX_SPAN = 0xffffffffL;

  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MURMUR_FACTOR = 0x5bd1e995;

  private final SessionHash kind;
  private final byte[] salt;

  BucketHash(SessionHash kind, String salt) {
    this.kind = kind;
    this.salt = salt.getBytes(StandardCharsets.UTF_8);
  }

  /** The bucket of the session id in these bytes, from inclusive, to exclusive. */
  int ofSession(byte[] bytes, int from, int to) {
    if (kind == SessionHash.NGINX) {
      return ofNginxHash(murmur2(bytes, from, to));
    }
    return salt.length == 0
        ? ofXxh64(XXH64.hashBytesToLong(bytes, from, to - from))
        : ofXxh64(salted().putBytes(bytes, from, to - from).getAsLong());
  }

  /**
   * The bucket of a client that has shown no cookie: its address, then its User-Agent.
   *
   * @param address 4 or 16 bytes, or none
   */
  int ofClient(byte[] address, byte[] bytes, int userAgentFrom, int userAgentTo) {
    HashStream64 stream = salted().putBytes(address);
    if (userAgentFrom != Visitor.ABSENT) {
      stream.putBytes(bytes, userAgentFrom, userAgentTo - userAgentFrom);
    }
    return ofXxh64(stream.getAsLong());
  }

  private HashStream64 salted() {
    return STREAM.get().reset().putBytes(salt);
  }

  static int ofXxh64(long hash) {
    return (int) Long.remainderUnsigned(hash, Buckets.COUNT);
  }

  /**
   * The greatest bucket b ≤ 9999 with ⌊b · 0xffffffff / 10000⌋ ≤ hash. Then {@code bucket <
   * threshold} says what nginx's {@code split_clients} says: it gives a visitor to the first part
   * when the hash is less than ⌊threshold · 0xffffffff / 10000⌋.
   */
  static int ofNginxHash(int hash) {
    // For integers ⌊b·m/n⌋ ≤ h is the same as b·m ≤ (h + 1)·n - 1, which is solved for b.
    long bucket = ((Integer.toUnsignedLong(hash) + 1) * Buckets.COUNT - 1) / NGINX_SPAN;
    return (int) Math.min(bucket, Buckets.COUNT - 1);
  }

  /** MurmurHash2 by Austin Appleby, 32 bit, seed 0, as in nginx's {@code ngx_murmur_hash2}. */
  static int murmur2(byte[] bytes, int from, int to) {
    int hash = to - from;
    int at = from;
    for (; to - at >= 4; at += 4) {
      int word = (int) LITTLE_ENDIAN.get(bytes, at);
      word *= MURMUR_FACTOR;
      word ^= word >>> 24;
      word *= MURMUR_FACTOR;
      hash = (hash * MURMUR_FACTOR) ^ word;
    }
    if (at < to) {
      for (int shift = 0, i = at; i < to; i++, shift += 8) {
        hash ^= (bytes[i] & 0xff) << shift;
      }
      hash *= MURMUR_FACTOR;
    }
    hash ^= hash >>> 13;
    hash *= MURMUR_FACTOR;
    return hash ^ (hash >>> 15);
  }
}
