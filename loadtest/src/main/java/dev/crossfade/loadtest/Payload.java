package dev.crossfade.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Bytes that both ends can make from a request's id, so that neither has to be told of the other.
 */
final class Payload {
  private Payload() {}

  /** The same bytes for the same seed and length. */
  static byte[] of(String seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(hash(seed.getBytes(StandardCharsets.UTF_8))).nextBytes(bytes);
    return bytes;
  }

  /** CRC-32C, never negative. */
  static long hash(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.wrap(bytes));
    return crc.getValue();
  }
}
