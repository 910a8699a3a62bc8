package dev.crossfade.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
    int code = commandLine(programs, surroundings, arguments).execute(arguments);
    surroundings.out().flush();
    return code;
  }

  private static CommandLine commandLine(
      Programs programs, Surroundings surroundings, String... arguments) {
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
    addCommands(line, commands(programs, top), arguments);
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

  /** In the order of the help. */
  private static Map<String, Supplier<Object>> commands(Programs programs, CrossfadeCommand top) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("run", () -> new RunCommand(programs));
    commands.put("check", () -> new CheckCommand(programs));
    commands.put("status", () -> new StatusCommand(top));
    commands.put("set", () -> new SetCommand(top));
    commands.put("rollback", () -> new RollbackCommand(top));
    commands.put("promote", () -> new PromoteCommand(top));
    commands.put("maintenance", () -> new MaintenanceCommand(top));
    commands.put("drain", () -> new DrainCommand(top));
    commands.put("history", () -> new HistoryCommand(top));
    commands.put("upstreams", () -> new UpstreamsCommand(top));
    commands.put("explain", () -> new ExplainCommand(top));
    commands.put("reload", () -> new ReloadCommand(top));
    commands.put("watch", () -> new WatchCommand(top));
    commands.put("demo", () -> new DemoCommand(programs));
    commands.put("demo-shop", () -> new DemoShopCommand(programs));
    commands.put("warm-up", () -> new WarmUpCommand(programs));
    return commands;
  }

  /**
   * Adds the one command that the first argument names, else all: reading the annotations of those
   * that are not asked for takes as long as the command itself.
   */
  private static void addCommands(
      CommandLine line, Map<String, Supplier<Object>> commands, String... arguments) {
    Supplier<Object> only = arguments.length == 0 ? null : commands.get(arguments[0]);
    if (only != null) {
      line.addSubcommand(only.get());
      return;
    }
    commands.values().forEach(command -> line.addSubcommand(command.get()));
    CommandLine completion = new CommandLine(new GenerateCompletion());
    completion
        .getCommandSpec()
        .usageMessage()
        .description(
            "Print a completion script for bash and zsh: source <(crossfade generate-completion).");
    line.addSubcommand(completion);
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
