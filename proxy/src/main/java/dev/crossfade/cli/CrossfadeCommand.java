package dev.crossfade.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program as its user sees it. */
@Command(
    name = "crossfade",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = CrossfadeCommand.Version.class,
    usageHelpAutoWidth = true)
public final class CrossfadeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin final AdminOptions adminOptions = new AdminOptions();

  final Surroundings surroundings;

  private CrossfadeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * Carries out a command line.
   *
   * @return the code to exit with; never throws
   */
  public static int execute(Programs programs, String... arguments) {
    return execute(programs, Surroundings.ofThisProcess(), arguments);
  }

  static int execute(Programs programs, Surroundings surroundings, String... arguments) {
    int code = commandLine(programs, surroundings).execute(arguments);
    surroundings.out().flush();
    return code;
  }

  private static CommandLine commandLine(Programs programs, Surroundings surroundings) {
    CrossfadeCommand top = new CrossfadeCommand(surroundings);
    CommandLine line = new CommandLine(top);
    line.getCommandSpec()
        .usageMessage()
        .description("Splits the visitors of a site between its old and its new version.")
        .footer(
            "",
            "Exit codes: 0 done, 1 other error, 2 usage, 10 configuration refused, 11 address in"
                + " use, 12 admin not reachable, 13 not authorised, 14 conflict, 15 value refused,"
                + " 16 state unusable, 130 interrupted.");
    line.addSubcommand(new RunCommand(programs));
    line.addSubcommand(new CheckCommand(programs));
    line.addSubcommand(new StatusCommand(top));
    line.addSubcommand(new SetCommand(top));
    line.addSubcommand(new RollbackCommand(top));
    line.addSubcommand(new PromoteCommand(top));
    line.addSubcommand(new MaintenanceCommand(top));
    line.addSubcommand(new DrainCommand(top));
    line.addSubcommand(new HistoryCommand(top));
    line.addSubcommand(new UpstreamsCommand(top));
    line.addSubcommand(new ExplainCommand(top));
    line.addSubcommand(new ReloadCommand(top));
    line.addSubcommand(new WatchCommand(top));
    line.addSubcommand(new DemoCommand(programs));
    line.addSubcommand(new DemoShopCommand(programs));
    line.addSubcommand(new WarmUpCommand(programs));
    CommandLine completion = new CommandLine(new GenerateCompletion());
    completion.getCommandSpec().usageMessage().hidden(true);
    line.addSubcommand(completion);
    line.setOut(new PrintWriter(surroundings.out(), true, UTF_8));
    line.setErr(new PrintWriter(surroundings.err(), true, UTF_8));
    // "@name" is a reason like any other, not a file with arguments.
    line.setExpandAtFiles(false);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            surroundings.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler((e, args) -> refuse(surroundings, e));
    line.setExecutionExceptionHandler((e, command, parsed) -> fail(surroundings, e));
    return line;
  }

  /** No command at all. */
  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(surroundings.err());
    }
    return ExitCode.USAGE.code();
  }

  private static int refuse(Surroundings surroundings, ParameterException e) {
    surroundings.err().println("crossfade: " + Text.visible(String.valueOf(e.getMessage())));
    UnmatchedArgumentException.printSuggestions(e, surroundings.err());
    surroundings
        .err()
        .println("See '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.code();
  }

  private static int fail(Surroundings surroundings, Exception e) {
    if (e instanceof CommandFailure failure) {
      surroundings.err().println("crossfade: " + failure.says());
      return failure.exitCode().code();
    }
    surroundings.err().println("crossfade: unexpected failure: " + Text.visible(e.toString()));
    return ExitCode.OTHER.code();
  }

  /** The version of what was built. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CrossfadeCommand.class.getPackage().getImplementationVersion();
      return new String[] {
        "crossfade "
            + (version == null ? "(not from a release)" : version)
            + ", Java "
            + Runtime.version()
      };
    }
  }
}
