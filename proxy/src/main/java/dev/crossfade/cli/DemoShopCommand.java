package dev.crossfade.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one demo shop, as a container does. */
@Command(name = "demo-shop", hidden = true, description = "Run one demo shop in the foreground.")
final class DemoShopCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--side",
      paramLabel = "old|new",
      required = true,
      description = "Which version of the shop.")
  private String side = "";

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:0",
      description = "Where to listen (default ${DEFAULT-VALUE}).")
  private String address = "";

  @Option(
      names = "--sessions",
      paramLabel = "DIR",
      description = "A folder for the sessions, which several shops can share (default: memory).")
  private @Nullable Path sessions;

  private final Programs programs;

  DemoShopCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    return programs.demoShop(options()).code();
  }

  private DemoShopOptions options() {
    try {
      if (!side.equals("old") && !side.equals("new")) {
        throw new IllegalArgumentException("A side is old or new, not '" + side + "'.");
      }
      int colon = address.lastIndexOf(':');
      if (colon <= 0) {
        throw new IllegalArgumentException("An address is HOST:PORT, not '" + address + "'.");
      }
      String host = address.substring(0, colon);
      int port = Integer.parseInt(address.substring(colon + 1));
      return new DemoShopOptions(side.equals("new"), host, port, sessions);
    } catch (IllegalArgumentException e) {
      if (spec == null) {
        throw e;
      }
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
