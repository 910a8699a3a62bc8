package dev.crossfade.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** Has the proxy take its changed configuration file. */
@Command(
    name = "reload",
    description = "Take the changed configuration file, all of it or nothing.")
final class ReloadCommand extends AdminCommand {
  ReloadCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    Answer answer;
    try {
      answer = admin.change("POST", "/reload", "", null);
    } catch (CommandFailure e) {
      // What is refused here is no value of this command line but the file.
      throw e.exitCode() == ExitCode.VALUE_REFUSED || e.exitCode() == ExitCode.CONFLICT
          ? new CommandFailure(ExitCode.CONFIGURATION_REFUSED, e.says())
          : e;
    }
    return show(answer, ReloadCommand::told);
  }

  private static String told(JsonObject answer) {
    List<String> changed = answer.texts("changed");
    return "the configuration file was read again and is in force\n"
        + (changed.isEmpty()
            ? "nothing in it has changed\n"
            : "changed: " + Text.visible(String.join(", ", changed)) + "\n");
  }
}
