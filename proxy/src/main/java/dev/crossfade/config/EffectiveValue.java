package dev.crossfade.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;

/**
 * A key's value in force and where it comes from.
 *
 * @param key path of the key from the root
 * @param json the value itself
 */
record EffectiveValue(String key, ConfigValue json, Source source) {
  /** The value as JSON. */
  String value() {
    return json.render(ConfigRenderOptions.concise());
  }

  @Override
  public String toString() {
    return key + " = " + value() + "  # " + source;
  }
}
