package dev.crossfade.loadtest;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option by which a run can be seen again. */
final class Seed {
  @Option(names = "--seed", description = "of everything random, to see a run again")
  private @Nullable Long asked;

  /** The one that was asked for, else another one each time. */
  long chosen() {
    return asked == null ? System.nanoTime() : asked;
  }
}
