package dev.crossfade.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts other keys and environment variables in the place of {@code ${…}}. A variable that is not
 * set gets a stand-in, so that the rest of the configuration can be read and all that is wrong be
 * told together; whoever reads a value asks {@link #unsetIn} first.
 */
final class Variables {
  /** Private-use characters: no configuration has reason to hold them. */
  private static final String OPEN = "\uE0F0";

  private static final String CLOSE = "\uE0F1";
  private static final Pattern STAND_IN = Pattern.compile(OPEN + "([^" + CLOSE + "]*)" + CLOSE);
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]+)}");

  private final Map<String, String> environment;
  private final Map<String, Source> unset = new LinkedHashMap<>();
  private final List<String> told = new ArrayList<>();

  Variables(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * @throws ConfigException where it fails for another reason than an unset variable
   */
  Config resolve(Config config, Source otherwise) {
    ConfigResolveOptions options =
        ConfigResolveOptions.defaults().setUseSystemEnvironment(false).appendResolver(new Lookup());
    while (true) {
      try {
        return config.resolve(options);
      } catch (ConfigException.UnresolvedSubstitution e) {
        Matcher reference = REFERENCE.matcher(String.valueOf(e.getMessage()));
        if (!reference.find() || unset.containsKey(reference.group(1))) {
          throw e;
        }
        Source at = e.origin() == null ? null : Source.of(e.origin());
        unset.put(reference.group(1), at == null ? otherwise : at);
      }
    }
  }

  /** Whether the text was to be made of a variable that is not set. */
  static boolean holdsStandIn(String text) {
    return STAND_IN.matcher(text).find();
  }

  /** The unset variables that the value was to be made of; from now on they count as told. */
  List<String> unsetIn(String text) {
    List<String> names = STAND_IN.matcher(text).results().map(found -> found.group(1)).toList();
    told.addAll(names);
    return names;
  }

  /** Unset variables that nobody was told of, and where they are used. */
  Map<String, Source> untold() {
    Map<String, Source> untold = new LinkedHashMap<>(unset);
    untold.keySet().removeAll(told);
    return untold;
  }

  private final class Lookup implements ConfigResolver {
    @Override
    @SuppressWarnings("NullAway") // null is the library's word for "not found"
    public ConfigValue lookup(String path) {
      String value = environment.get(path);
      if (value == null && unset.containsKey(path)) {
        value = OPEN + path + CLOSE;
      }
      return value == null
          ? null
          : ConfigValueFactory.fromAnyRef(value, "environment variable " + path);
    }

    @Override
    public ConfigResolver withFallback(@Nullable ConfigResolver fallback) {
      return this;
    }
  }
}
