package dev.crossfade.cli;

import java.util.ArrayList;
import java.util.List;

/** The control state in words. */
final class ControlStateText {
  private ControlStateText() {}

  /** The whole state as a short table. */
  static String table(JsonObject state, boolean colours) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("on new", percent(state)));
    rows.add(List.of("revision", state.text("revision", "?")));
    rows.add(List.of("epoch", state.text("epoch", "?")));
    rows.add(List.of("maintenance", maintenance(state)));
    rows.add(List.of("changed", changed(state)));
    if (!state.text("reason", "").isEmpty()) {
      rows.add(List.of("reason", state.text("reason", "")));
    }
    String table = Text.table(List.of(), rows, colours);
    int end = table.indexOf('\n');
    return Text.bold(table.substring(0, end), colours) + table.substring(end);
  }

  /** The state in one line that says when, what and who. */
  static String line(JsonObject state) {
    String maintenance = maintenance(state);
    return Text.visible(
            String.join(
                "  ",
                state.text("changed-at", ""),
                "revision " + state.text("revision", "?"),
                percent(state) + " on new",
                "epoch " + state.text("epoch", "?"),
                maintenance.equals("off") ? "" : "maintenance: " + maintenance,
                state.text("changed-by", ""),
                state.text("reason", "")))
        .replaceAll("  +", "  ")
        .strip();
  }

  /** The share of visitors on new with its sign. */
  static String percent(JsonObject state) {
    return JsonObject.plain(state.number("percent")) + " %";
  }

  /** What is closed, or "off". */
  static String maintenance(JsonObject state) {
    JsonObject maintenance = state.object("maintenance");
    List<String> closed = new ArrayList<>();
    if (maintenance.flag("old")) {
      closed.add("old closed");
    }
    if (maintenance.flag("new")) {
      closed.add("new closed");
    }
    if (maintenance.flag("freeze-writes")) {
      closed.add("writes frozen");
    }
    return closed.isEmpty() ? "off" : String.join(", ", closed);
  }

  private static String changed(JsonObject state) {
    return state.text("changed-at", "?") + " by " + state.text("changed-by", "?");
  }
}
