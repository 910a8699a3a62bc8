package dev.crossfade.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands.
 *
 * @param file as the operator named it, empty for the defaults
 * @param line from 1; 0 where the whole file is meant
 */
record Source(String file, int line) {
  static final Source DEFAULTS = new Source("", 0);

  /** How the library describes what it merged of several lines. */
  private static final Pattern LAST_LINE = Pattern.compile(": \\d+-(\\d+)$");

  boolean isDefault() {
    return file.isEmpty();
  }

  /** The place of the first of the values that has one. */
  static Source ofFirst(List<@Nullable ConfigValue> values, Source otherwise) {
    for (ConfigValue value : values) {
      if (value != null) {
        Source source = of(value.origin());
        if (source != null) {
          return source;
        }
      }
    }
    return otherwise;
  }

  /** Null where the origin is no one place in a file or in the defaults. */
  static @Nullable Source of(ConfigOrigin origin) {
    if (origin.resource() != null) {
      return DEFAULTS;
    }
    if (origin.filename() == null || origin.lineNumber() < 1) {
      return null;
    }
    // Of several lines the last counts: it is the one that overrides the others.
    Matcher last = LAST_LINE.matcher(origin.description());
    return new Source(
        origin.filename(), last.find() ? Integer.parseInt(last.group(1)) : origin.lineNumber());
  }

  @Override
  public String toString() {
    return isDefault() ? "default" : line > 0 ? file + ":" + line : file;
  }
}
