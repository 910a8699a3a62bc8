package dev.crossfade.split;

import java.util.Random;
import java.util.UUID;

/** Session ids as applications make them. */
final class Ids {
  private static final String PHP = "0123456789abcdefghijklmnopqrstuv";

  private Ids() {}

  /** 26 characters, PHP's default. */
  static String php(Random random) {
    StringBuilder id = new StringBuilder(26);
    for (int i = 0; i < 26; i++) {
      id.append(PHP.charAt(random.nextInt(PHP.length())));
    }
    return id.toString();
  }

  static String uuid(Random random) {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
