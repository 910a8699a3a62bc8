package dev.crossfade.split;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The keys of the affinity cookie. The first signs, all verify: a key is changed by putting the new
 * one on top of every instance's file and taking the old one away once the cookies have expired.
 * Immutable. The keys are never printed.
 */
public final class AffinityKeys {
  /** Least length of a key in bytes: that of the hash, RFC 2104 section 3. */
  public static final int MIN_LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final List<byte[]> keys;

  private AffinityKeys(List<byte[]> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads the text of a key file: one key of at least {@link #MIN_LENGTH} bytes in hex a line,
   * upper or lower case; empty lines at the end are passed over.
   *
   * @throws IllegalArgumentException if a line is no key or there is none at all, in a full
   *     sentence that names the line and never quotes it
   */
  public static AffinityKeys parse(String text) {
    List<String> lines = text.stripTrailing().lines().toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "The key file is empty; it needs a key of at least 32 bytes in hex on its first line.");
    }
    List<byte[]> keys = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      keys.add(parseLine(lines.get(i).strip(), i + 1));
    }
    return new AffinityKeys(keys);
  }

  private static byte[] parseLine(String hex, int line) {
    if (hex.isEmpty()) {
      throw refused(line, "is empty");
    }
    if (!hex.chars().allMatch(HexFormat::isHexDigit)) {
      throw refused(line, "holds something other than the digits 0 to 9 and a to f");
    }
    if (hex.length() % 2 != 0) {
      throw refused(line, "has an odd number of digits");
    }
    if (hex.length() < 2 * MIN_LENGTH) {
      throw refused(line, "has only " + hex.length() / 2 + " bytes");
    }
    return HexFormat.of().parseHex(hex);
  }

  private static IllegalArgumentException refused(int line, String problem) {
    return new IllegalArgumentException(
        "Line "
            + line
            + " of the key file "
            + problem
            + "; each line must be a key of at least 32 bytes in hex.");
  }

  /** The text of a key file with one new key, from a secure source. */
  public static String randomText() {
    byte[] key = new byte[MIN_LENGTH];
    RANDOM.nextBytes(key);
    return HexFormat.of().formatHex(key) + "\n";
  }

  /** The text of a key file with these keys. A secret: for such a file, and nothing else. */
  public String text() {
    StringBuilder text = new StringBuilder();
    keys.forEach(key -> text.append(HexFormat.of().formatHex(key)).append('\n'));
    return text.toString();
  }

  /** At least one; the first signs. The arrays are the keys themselves: not to be written to. */
  List<byte[]> keys() {
    return keys;
  }

  @Override
  public String toString() {
    return keys.size() == 1 ? "1 key" : keys.size() + " keys";
  }
}
