package dev.crossfade.app;

import dev.crossfade.cli.CrossfadeCommand;
import dev.crossfade.cli.DemoOptions;
import dev.crossfade.cli.DemoShopOptions;
import dev.crossfade.cli.ExitCode;
import dev.crossfade.cli.Programs;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the program begins. */
public final class Main implements Programs {
  private Main() {}

  /** Runs a command; see {@code crossfade --help}. */
  public static void main(String[] args) {
    System.exit(CrossfadeCommand.execute(new Main(), args));
  }

  @Override
  public ExitCode run(@Nullable Path configuration) {
    return ExitCode.OTHER;
  }

  @Override
  public ExitCode check(@Nullable Path configuration) {
    return ExitCode.OTHER;
  }

  @Override
  public ExitCode demo(DemoOptions options) {
    return ExitCode.OTHER;
  }

  @Override
  public ExitCode demoShop(DemoShopOptions options) {
    return ExitCode.OTHER;
  }

  @Override
  public ExitCode warmUp() {
    return ExitCode.OTHER;
  }
}
