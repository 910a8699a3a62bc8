package dev.crossfade.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statuses of HTTP from … to: {@code 200} or {@code 200-399}. */
record StatusRange(int least, int most) {
  /** What passes for a good answer where nothing else is said. */
  static final StatusRange GOOD = new StatusRange(200, 399);

  private static final Pattern TEXT = Pattern.compile("([2-5]\\d\\d)(?:-([2-5]\\d\\d))?");

  static Form<StatusRange> form() {
    return new Form<>(
        "a status from 200 to 599 or a range of them, such as 200-399",
        text -> {
          Matcher parts = TEXT.matcher(text);
          if (!parts.matches()) {
            return null;
          }
          int least = Integer.parseInt(parts.group(1));
          int most = parts.group(2) == null ? least : Integer.parseInt(parts.group(2));
          return least <= most ? new StatusRange(least, most) : null;
        });
  }
}
