package dev.crossfade.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the demo. */
@Command(name = "demo", description = "Run two demo shops behind a proxy and say what to try.")
final class DemoCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Where to open the shop (default ${DEFAULT-VALUE}; 0: any free port).")
  private int port;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      defaultValue = "9900",
      description = "The admin API (default ${DEFAULT-VALUE}; 0: any free port).")
  private int adminPort;

  @Option(
      names = "--old-port",
      paramLabel = "PORT",
      description = "The old shop itself (default: any free port).")
  private int oldPort;

  @Option(
      names = "--new-port",
      paramLabel = "PORT",
      description = "The new shop itself (default: any free port).")
  private int newPort;

  @Option(
      names = "--traffic",
      paramLabel = "RATE",
      arity = "0..1",
      fallbackValue = "30",
      description =
          "Made-up shoppers, so that charts move: about so many requests a second"
              + " (${FALLBACK-VALUE} where none is given).")
  private int traffic;

  private final Programs programs;

  DemoCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    DemoOptions options;
    try {
      options = new DemoOptions(port, adminPort, oldPort, newPort, traffic);
    } catch (IllegalArgumentException e) {
      if (spec == null) {
        throw e;
      }
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    return programs.demo(options).code();
  }
}
