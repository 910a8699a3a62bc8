package dev.crossfade.cli;

import picocli.CommandLine.Command;

/** Shows the control state. */
@Command(name = "status", description = "Show how visitors are split at present.")
final class StatusCommand extends AdminCommand {
  StatusCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    return show(
        admin.get("/split"), state -> ControlStateText.table(state, surroundings().colours()));
  }
}
