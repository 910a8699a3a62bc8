package dev.crossfade.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the command line can start but does not know how to: the programs that need the whole
 * product wired together. Each call runs until its program has ended and tells how.
 */
public interface Programs {
  /**
   * Runs the proxy.
   *
   * @param configuration the file to read; null where none was named
   */
  ExitCode run(@Nullable Path configuration);

  /**
   * Checks a configuration and starts nothing.
   *
   * @param configuration the file to read; null where none was named
   * @param json whether the settings, or what is wrong with them, are told as JSON
   */
  ExitCode check(@Nullable Path configuration, boolean json);

  /** Runs two demo shops behind a proxy. */
  ExitCode demo(DemoOptions options);

  /** Runs one demo shop. */
  ExitCode demoShop(DemoShopOptions options);

  /**
   * Loads the classes that the other programs and commands use, for an archive of them that makes
   * later starts faster.
   */
  ExitCode warmUp();
}
