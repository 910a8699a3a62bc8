package dev.crossfade.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sends everyone to the old version. Asks nothing first: it is for the moment when all else fails.
 */
@Command(name = "rollback", description = "Send every visitor to the old version, pinned or not.")
final class RollbackCommand extends AdminCommand {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  private String reason = "";

  RollbackCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    Answer answer = admin.change("POST", "/rollback", Body.ofReason(reason), null);
    ExitCode code =
        show(
            answer,
            state ->
                "every visitor is on old (revision %s, epoch %s)%n"
                    .formatted(state.text("revision", "?"), state.text("epoch", "?")));
    JsonObject state = answer.object();
    if (state.has("durable") && !state.flag("durable")) {
      surroundings()
          .err()
          .println(
              "crossfade: the rollback is in force but could not be saved yet; the proxy goes on"
                  + " trying. Do not restart it before its state folder can be written again.");
    }
    return code;
  }
}
