package dev.crossfade.loadtest;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * A load test as a command. It ends with 0 where all was good, with 1 where it was not or where the
 * run could not begin or broke off, and with 2 where it was asked for wrongly. What keeps a run
 * from its end is told in one line on standard error.
 */
@Command(
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footer = "A run that can't begin or breaks off says why in one line, and ends with 1.")
public abstract class LoadTest implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--launcher",
      paramLabel = "FILE",
      defaultValue = "./crossfade",
      description = "the Crossfade to start (default ${DEFAULT-VALUE})")
  private Path launcher = Path.of("crossfade");

  /** The command line that runs it. */
  public final CommandLine commandLine() {
    return new CommandLine(this)
        .setOverwrittenOptionsAllowed(true)
        .setExecutionExceptionHandler(LoadTest::say);
  }

  /**
   * Runs it to the end.
   *
   * @param out for the report
   * @return whether all was good
   * @throws IOException if the run can't begin or breaks off; its message is what the caller is
   *     told
   * @throws ExecutionException around such a one
   */
  protected abstract boolean isGood(PrintWriter out)
      throws IOException, ExecutionException, InterruptedException;

  @Override
  public final Integer call() throws IOException, ExecutionException, InterruptedException {
    PrintWriter out = asked().getOut();
    boolean good = isGood(out);
    out.flush();
    return good ? 0 : 1;
  }

  /** The command of Crossfade, which gets {@code run -c FILE}. */
  protected final Path launcher() {
    return launcher;
  }

  /** To be thrown where the command was asked for wrongly. */
  protected final ParameterException usage(@Nullable String message) {
    return new ParameterException(asked(), String.valueOf(message));
  }

  private CommandLine asked() {
    return Objects.requireNonNull(spec).commandLine();
  }

  /**
   * Anything but a failure of input or output is a mistake of ours, and shows where it was made.
   */
  private static int say(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
    if (!(cause instanceof IOException)) {
      throw e;
    }
    String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    command.getErr().println(command.getCommandName() + ": " + message.replaceAll("\\s*\\R", " "));
    return 1;
  }
}
