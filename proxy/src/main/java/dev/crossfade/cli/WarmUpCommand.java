package dev.crossfade.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** For the launcher, which makes an archive of the classes that this loads. */
@Command(
    name = "warm-up",
    hidden = true,
    description = "Load the classes of the program, to archive them, and end.")
final class WarmUpCommand implements Callable<Integer> {
  private final Programs programs;

  WarmUpCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    return programs.warmUp().code();
  }
}
