package dev.crossfade.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the proxy. */
@Command(name = "run", description = "Run the proxy in the foreground.")
final class RunCommand implements Callable<Integer> {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file.")
  private @Nullable Path configuration;

  private final Programs programs;

  RunCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    return programs.run(configuration).code();
  }
}
