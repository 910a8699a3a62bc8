package dev.crossfade.loadtest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two application versions. */
enum Side {
  OLD,
  NEW;

  /** The name on the wire. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The side with that name, null if there is none. */
  static @Nullable Side labelled(@Nullable String label) {
    for (Side side : values()) {
      if (side.label().equals(label)) {
        return side;
      }
    }
    return null;
  }
}
