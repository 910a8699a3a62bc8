package dev.crossfade.config;

/**
 * A key's value in force and where it comes from.
 *
 * @param key path of the key from the root
 * @param value as JSON
 */
record EffectiveValue(String key, String value, Source source) {
  @Override
  public String toString() {
    return key + " = " + value + "  # " + source;
  }
}
