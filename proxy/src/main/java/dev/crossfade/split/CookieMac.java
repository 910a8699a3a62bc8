package dev.crossfade.split;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104) truncated to 128 bits. {@code javax.crypto.Mac} makes arrays for each
 * message, and this runs on the request path; over the same digest it takes these few lines, and a
 * test holds them against it. Confined to one thread.
 */
final class CookieMac {
  /** Bytes that are kept of the hash. */
  static final int LENGTH = 16;

  private static final int BLOCK = 64;
  private static final int HASH = 32;

  private final MessageDigest sha256 = sha256();
  private final byte[] innerPad;
  private final byte[] outerPad;
  private final byte[] hash = new byte[HASH];

  CookieMac(byte[] key) {
    byte[] block = Arrays.copyOf(key.length > BLOCK ? sha256.digest(key) : key, BLOCK);
    innerPad = xor(block, 0x36);
    outerPad = xor(block, 0x5c);
  }

  private static byte[] xor(byte[] block, int with) {
    byte[] pad = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      pad[i] = (byte) (block[i] ^ with);
    }
    return pad;
  }

  /** Writes the code of the first {@code length} bytes of a message to a place in an array. */
  void sign(byte[] message, int length, byte[] target, int at) {
    compute(message, length);
    System.arraycopy(hash, 0, target, at, LENGTH);
  }

  /**
   * Whether these are the code of the message, in a time that tells nothing of where they differ.
   */
  boolean verifies(byte[] message, int length, byte[] code, int at) {
    compute(message, length);
    int difference = 0;
    for (int i = 0; i < LENGTH; i++) {
      difference |= hash[i] ^ code[at + i];
    }
    return difference == 0;
  }

  private void compute(byte[] message, int length) {
    try {
      sha256.update(innerPad);
      sha256.update(message, 0, length);
      sha256.digest(hash, 0, HASH);
      sha256.update(outerPad);
      sha256.update(hash);
      sha256.digest(hash, 0, HASH);
    } catch (DigestException e) {
      throw new AssertionError("the hash has its 32 bytes of room", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform must have SHA-256", e);
    }
  }
}
