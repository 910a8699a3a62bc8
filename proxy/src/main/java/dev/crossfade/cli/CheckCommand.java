package dev.crossfade.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks a configuration. */
@Command(
    name = "check",
    description =
        "Check a configuration file and start nothing; print the settings and where each is from.")
final class CheckCommand implements Callable<Integer> {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file.")
  private @Nullable Path configuration;

  @Option(
      names = "--json",
      description = "Print the settings, or what is wrong with them, as JSON and nothing else.")
  private boolean json;

  private final Programs programs;

  CheckCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    return programs.check(configuration, json).code();
  }
}
