package dev.crossfade.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends everyone to the new version. */
@Command(name = "promote", description = "Send every visitor to the new version, pinned or not.")
final class PromoteCommand extends AdminCommand {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  private String reason = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask first. Only on a terminal is asked at all.")
  private boolean yes;

  PromoteCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) throws IOException {
    if (!yes && surroundings().asks() && !agreed(admin)) {
      throw new CommandFailure(ExitCode.OTHER, "Nothing was changed.");
    }
    return show(
        admin.change("POST", "/promote", Body.ofReason(reason), null),
        state ->
            "every visitor is on new (revision %s, epoch %s)%n"
                .formatted(state.text("revision", "?"), state.text("epoch", "?")));
  }

  private boolean agreed(AdminClient admin) throws IOException {
    String percent = ControlStateText.percent(admin.get("/split").object());
    surroundings()
        .err()
        .print(
            "New has " + percent + " of visitors. Send every visitor to it and end pins? [y/N] ");
    surroundings().err().flush();
    String line =
        new BufferedReader(new InputStreamReader(surroundings().in(), StandardCharsets.UTF_8))
            .readLine();
    String word = line == null ? "" : line.strip().toLowerCase(Locale.ROOT);
    return word.equals("y") || word.equals("yes");
  }
}
