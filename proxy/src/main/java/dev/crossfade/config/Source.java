package dev.crossfade.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands.
 *
 * @param file as the operator named it, empty for the defaults
 * @param line from 1; 0 where the whole file is meant
 */
record Source(String file, int line) {
  static final Source DEFAULTS = new Source("", 0);

  boolean isDefault() {
    return file.isEmpty();
  }

  /**
   * The first of the values that stands on a line of a file. What a substitution brought says where
   * the variable came from, not where it is used: only the value as parsed does.
   */
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
    return origin.filename() != null && origin.lineNumber() > 0
        ? new Source(origin.filename(), origin.lineNumber())
        : null;
  }

  @Override
  public String toString() {
    return isDefault() ? "default" : line > 0 ? file + ":" + line : file;
  }
}
