package dev.crossfade.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that asks the admin API and shows its answer. */
abstract class AdminCommand implements Callable<Integer> {
  @Mixin private final AdminOptions adminOptions = new AdminOptions();

  @Option(names = "--json", description = "Print the answer as JSON and nothing else.")
  private boolean json;

  private final CrossfadeCommand top;

  AdminCommand(CrossfadeCommand top) {
    this.top = top;
  }

  @Override
  public final Integer call() throws Exception {
    return carryOut(adminOptions.client(top.adminOptions, surroundings().environment())).code();
  }

  /** Does what the command is there for. */
  abstract ExitCode carryOut(AdminClient admin) throws Exception;

  final Surroundings surroundings() {
    return top.surroundings;
  }

  final boolean wantsJson() {
    return json;
  }

  /** Prints an answer as it is where JSON was asked for, else what is said about it. */
  final ExitCode show(Answer answer, Telling telling) {
    if (json) {
      surroundings().out().println(answer.json());
    } else {
      surroundings().out().print(telling.of(answer.object()));
    }
    return ExitCode.DONE;
  }

  /** Puts an answer into words or a table, each line with its end. */
  interface Telling {
    String of(JsonObject answer);
  }
}
