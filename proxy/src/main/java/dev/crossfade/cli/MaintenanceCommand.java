package dev.crossfade.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JsonGenerator;

/** Closes sides and freezes writes. */
@Command(
    name = "maintenance",
    description = "Close a side or freeze writes; without options show what is closed.")
final class MaintenanceCommand extends AdminCommand {
  @Option(
      names = "--old",
      paramLabel = "on|off",
      converter = Words.class,
      description = "The old version answers 503.")
  private @Nullable OnOff oldSide;

  @Option(
      names = "--new",
      paramLabel = "on|off",
      converter = Words.class,
      description = "The new version answers 503.")
  private @Nullable OnOff newSide;

  @Option(
      names = "--freeze-writes",
      paramLabel = "on|off",
      converter = Words.class,
      description = "All but GET, HEAD, OPTIONS and TRACE are answered 503, for everyone.")
  private @Nullable OnOff freezeWrites;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  private String reason = "";

  MaintenanceCommand(CrossfadeCommand top) {
    super(top);
  }

  @Override
  ExitCode carryOut(AdminClient admin) {
    boolean shows = oldSide == null && newSide == null && freezeWrites == null;
    return show(
        shows
            ? admin.get("/split")
            : admin.change("PUT", "/maintenance", Body.of(this::members), null),
        this::table);
  }

  private void members(JsonGenerator json) {
    member(json, "old", oldSide);
    member(json, "new", newSide);
    member(json, "freeze-writes", freezeWrites);
    if (!reason.isEmpty()) {
      json.writeStringProperty("reason", reason);
    }
  }

  private static void member(JsonGenerator json, String name, @Nullable OnOff value) {
    if (value != null) {
      json.writeBooleanProperty(name, value == OnOff.ON);
    }
  }

  private String table(JsonObject state) {
    JsonObject maintenance = state.object("maintenance");
    return Text.table(
        List.of(),
        List.of(
            List.of("old", maintenance.flag("old") ? "closed" : "open"),
            List.of("new", maintenance.flag("new") ? "closed" : "open"),
            List.of("writes", maintenance.flag("freeze-writes") ? "frozen" : "open"),
            List.of("revision", state.text("revision", "?"))),
        surroundings().colours());
  }

  /** Not a Boolean: picocli gives that a meaning of its own, with and without a value. */
  private enum OnOff {
    ON,
    OFF
  }

  /** The words on and off, and no others. */
  private static final class Words implements ITypeConverter<OnOff> {
    @Override
    public OnOff convert(String word) {
      return switch (word) {
        case "on" -> OnOff.ON;
        case "off" -> OnOff.OFF;
        default -> throw new TypeConversionException("'" + word + "' is neither on nor off");
      };
    }
  }
}
