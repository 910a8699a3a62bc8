package dev.crossfade.config;

import java.util.regex.Pattern;

/**
 * One thing wrong with the configuration.
 *
 * @param file as the operator named it
 * @param line from 1; 0 where the whole file is meant
 * @param key path of the key from the root, such as {@code crossfade.session.hash}; empty where no
 *     key is meant
 * @param text what is wrong and what was expected
 */
public record Problem(String file, int line, String key, String text) {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** Keeps control characters out, whatever the file held. */
  public Problem {
    key = printable(key);
    text = printable(text);
  }

  private static String printable(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
  }

  /** On one line: {@code crossfade.conf:9: crossfade.session.hash: expected xxh64 or nginx, …}. */
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + text;
  }
}
