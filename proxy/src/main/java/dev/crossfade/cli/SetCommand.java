package dev.crossfade.cli;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets the percentage. */
@Command(name = "set", description = "Set the share of visitors that the new version gets.")
final class SetCommand extends AdminCommand {
  /** RFC 8259, section 6. Which of them are percentages is the admin API's to say. */
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  @Parameters(paramLabel = "PERCENT", description = "0 to 100, in steps of 0.01.")
  private String percent = "";

  @Option(names = "--dry-run", description = "Change nothing; say how many visitors would move.")
  private boolean dryRun;

  @Option(
      names = "--if-revision",
      paramLabel = "N",
      description = "Only if the state is still of this revision.")
  private @Nullable Long ifRevision;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  private String reason = "";

  SetCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    if (!JSON_NUMBER.matcher(percent).matches()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          percent.isEmpty()
              ? "The percentage is empty."
              : "'" + Text.visible(percent) + "' is no number; expected one such as 25 or 33.33.");
    }
    String body =
        Body.of(
            json -> {
              json.writeName("percent");
              // As it was typed: a number that went through a double is no longer that number.
              json.writeNumber(percent);
              if (!reason.isEmpty()) {
                json.writeStringProperty("reason", reason);
              }
            });
    String revision = ifRevision == null ? null : ifRevision.toString();
    if (dryRun) {
      return show(
          admin.change("PUT", "/split?dry-run=true", body, revision), SetCommand::wouldMove);
    }
    JsonObject before = admin.get("/split").object();
    return show(admin.change("PUT", "/split", body, revision), after -> changed(before, after));
  }

  private static String changed(JsonObject before, JsonObject after) {
    long steps = after.number("revision").longValue() - before.number("revision").longValue();
    String now = ControlStateText.percent(after) + " of visitors on new";
    String revision = "revision " + after.text("revision", "?");
    if (steps == 0) {
      return now + " already; nothing changed (" + revision + ")\n";
    }
    // Somebody else may have changed it in between; then what it was before is not ours to tell.
    String was = steps == 1 ? "was " + ControlStateText.percent(before) + ", " : "";
    return now + " (" + was + revision + ")\n";
  }

  private static String wouldMove(JsonObject answer) {
    JsonObject moving = answer.object("visitors-moving");
    return "from %s %% to %s %%: of %s visitors seen lately about %s would move to new and %s to old%n"
            .formatted(
                answer.text("from", "?"),
                answer.text("to", "?"),
                answer.text("visitors-seen", "?"),
                moving.text("to-new", "?"),
                moving.text("to-old", "?"))
        + "nothing was changed; to apply just this: crossfade set "
        + answer.text("to", "?")
        + " --if-revision "
        + answer.text("revision", "?")
        + "\n";
  }
}
