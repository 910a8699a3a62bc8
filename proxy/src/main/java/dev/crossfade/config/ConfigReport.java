package dev.crossfade.config;

import java.nio.file.Path;
import java.util.List;
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
}
