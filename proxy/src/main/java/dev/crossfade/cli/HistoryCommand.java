package dev.crossfade.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what was changed. */
@Command(name = "history", description = "Show the changes, newest first.")
final class HistoryCommand extends AdminCommand {
  static final List<String> HEADING = List.of("REVISION", "WHEN", "WHO", "WHAT", "REASON");

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many (default ${DEFAULT-VALUE}).")
  private long limit;

  HistoryCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    return show(admin.get("/history?limit=" + limit), this::table);
  }

  private String table(JsonObject history) {
    return Text.table(
        HEADING,
        changes(history).stream().map(HistoryCommand::row).toList(),
        surroundings().colours());
  }

  /** The changes of an answer, newest first. */
  static List<JsonObject> changes(JsonObject history) {
    return history.objects("changes");
  }

  /** A change as a row below the {@link #HEADING}. */
  static List<String> row(JsonObject change) {
    return List.of(
        change.text("revision", "?"),
        change.text("when", "?"),
        change.text("who", "?"),
        change.text("what", "?"),
        change.text("reason", ""));
  }
}
