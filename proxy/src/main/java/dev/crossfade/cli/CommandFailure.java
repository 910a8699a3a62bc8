package dev.crossfade.cli;

/** A command could not do what was asked; the message is for the person who typed it. */
final class CommandFailure extends RuntimeException {
  private final ExitCode exitCode;

  CommandFailure(ExitCode exitCode, String message) {
    // Expected and told in one line: nobody reads the stack of it.
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  ExitCode exitCode() {
    return exitCode;
  }

  /** The message, which is never absent. */
  String says() {
    return String.valueOf(getMessage());
  }
}
