package dev.crossfade.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One screen of what goes on, drawn anew over the last one. */
final class WatchScreen {
  private static final int BAR = 50;
  private static final String HOME_AND_CLEAR = "\033[H\033[J";

  private final String title;
  private final boolean colours;

  WatchScreen(String title, boolean colours) {
    this.title = title;
    this.colours = colours;
  }

  /**
   * Draws.
   *
   * @param before the traffic at the last look, null at the first
   * @param trouble why the last look failed; empty if it did not
   */
  String draw(
      JsonObject state,
      List<JsonObject> changes,
      @Nullable Traffic before,
      Traffic now,
      String trouble) {
    StringBuilder screen = new StringBuilder(HOME_AND_CLEAR);
    screen.append(Text.bold("Crossfade at " + title, colours)).append("\n\n");
    if (!trouble.isEmpty()) {
      screen.append(Text.red(trouble, colours)).append("\n\n");
    }
    screen.append(bar(state)).append("\n\n");
    screen.append(ControlStateText.table(state, colours)).append('\n');
    screen.append(traffic(before, now)).append('\n');
    screen.append(
        Text.table(
            HistoryCommand.HEADING, changes.stream().map(HistoryCommand::row).toList(), colours));
    return screen.toString();
  }

  private String bar(JsonObject state) {
    int filled = (int) Math.round(state.number("percent").doubleValue() / 100 * BAR);
    int shown = Math.max(0, Math.min(BAR, filled));
    return "old ["
        + "-".repeat(BAR - shown)
        + Text.bold("#".repeat(shown), colours)
        + "] new "
        + ControlStateText.percent(state);
  }

  private String traffic(@Nullable Traffic before, Traffic now) {
    return Text.table(
        List.of("SIDE", "REQUESTS/S", "ERRORS/S", "MEAN MS", "P99 MS"),
        before == null || now.nanoTime() <= before.nanoTime()
            ? List.of(List.of("old", "-", "-", "-", "-"), List.of("new", "-", "-", "-", "-"))
            : List.of(row("old", now.oldSince(before)), row("new", now.newSince(before))),
        colours);
  }

  private static List<String> row(String side, Traffic.Rates rates) {
    return List.of(
        side,
        tenths(rates.requests()),
        tenths(rates.errors()),
        tenths(rates.meanMillis()),
        tenths(rates.p99Millis()));
  }

  private static String tenths(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
