package dev.crossfade.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The settings in force and where each comes from, for people. */
public final class ConfigReport {
  private ConfigReport() {}

  /**
   * One line a key, in alphabetical order: {@code crossfade.session.hash = "nginx" #
   * crossfade.conf:9}, or {@code default} after the hash. Secrets are named by their files and
   * never shown.
   *
   * @param file null for the defaults alone
   * @throws ConfigProblems if the configuration is refused
   */
  public static String effective(@Nullable Path file) throws ConfigProblems {
    List<EffectiveValue> values = ConfigFile.read(file, System.getenv()).values();
    return values.stream().map(EffectiveValue::toString).sorted().collect(Collectors.joining("\n"));
  }

  /**
   * The same as JSON: {@code {"crossfade.session.hash": {"value": "nginx", "source":
   * "crossfade.conf:9"}, …}}.
   *
   * @param file null for the defaults alone
   * @throws ConfigProblems if the configuration is refused
   */
  public static String json(@Nullable Path file) throws ConfigProblems {
    Map<String, Object> settings = new TreeMap<>();
    for (EffectiveValue value : ConfigFile.read(file, System.getenv()).values()) {
      settings.put(value.key(), Map.of("value", value.json(), "source", value.source().toString()));
    }
    return render(settings);
  }

  /**
   * What is wrong, as JSON: {@code {"problems": [{"file": …, "line": …, "key": …, "text": …}]}}.
   */
  public static String json(ConfigProblems refused) {
    return render(
        Map.of("problems", refused.problems().stream().map(ConfigReport::problem).toList()));
  }

  private static Map<String, Object> problem(Problem problem) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("file", problem.file());
    members.put("line", problem.line());
    members.put("key", problem.key());
    members.put("text", problem.text());
    return members;
  }

  private static String render(Map<String, ?> members) {
    ConfigValue value = ConfigValueFactory.fromMap(members);
    return value.render(ConfigRenderOptions.concise());
  }
}
