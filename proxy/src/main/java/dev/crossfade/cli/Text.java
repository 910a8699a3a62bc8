package dev.crossfade.cli;

import java.util.List;
import java.util.regex.Pattern;

/** Words and short tables for people. */
final class Text {
  /** Words that mean trouble, those that mean care, and those that mean all is well. */
  private static final Pattern BAD = Pattern.compile("unhealthy|rollback .*");

  private static final Pattern CARE =
      Pattern.compile("drain|maint|closed|frozen|.*(old closed|new closed|writes frozen).*");
  private static final Pattern GOOD = Pattern.compile("healthy|promote .*");

  private Text() {}

  /**
   * The text in one line without control characters: what others wrote as a reason must not be able
   * to drive a terminal.
   */
  static String visible(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == '\n' || c == '\r' || c == '\t' ? ' ' : Character.isISOControl(c) ? '?' : c)
        .forEach(visible::appendCodePoint);
    return visible.toString();
  }

  /** Bold on a terminal that shows colours. */
  static String bold(String text, boolean colours) {
    return colours ? "\033[1m" + text + "\033[0m" : text;
  }

  /** Red on a terminal that shows colours. */
  static String red(String text, boolean colours) {
    return colours ? "\033[31m" + text + "\033[0m" : text;
  }

  /** A cell in the colour of what it says; the blanks behind it stay plain. */
  private static String coloured(String cell) {
    String colour =
        BAD.matcher(cell).matches()
            ? "31"
            : CARE.matcher(cell).matches() ? "33" : GOOD.matcher(cell).matches() ? "32" : "";
    return colour.isEmpty() ? cell : "\033[" + colour + "m" + cell + "\033[0m";
  }

  /**
   * Rows with their cells below one another, two blanks between columns.
   *
   * @param heading the first row; empty for a table without one
   * @param rows each with as many cells as the heading, or as the first row where there is none
   */
  static String table(List<String> heading, List<List<String>> rows, boolean colours) {
    int columns = heading.isEmpty() && !rows.isEmpty() ? rows.get(0).size() : heading.size();
    int[] widths = new int[columns];
    for (int column = 0; column < columns; column++) {
      widths[column] = heading.isEmpty() ? 0 : heading.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], visible(row.get(column)).length());
      }
    }
    StringBuilder table = new StringBuilder();
    if (!heading.isEmpty()) {
      table.append(bold(line(heading, widths, false), colours)).append('\n');
    }
    for (List<String> row : rows) {
      table.append(line(row, widths, colours)).append('\n');
    }
    return table.toString();
  }

  private static String line(List<String> row, int[] widths, boolean colours) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = visible(row.get(column));
      line.append(colours ? coloured(cell) : cell)
          .append(" ".repeat(widths[column] - cell.length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
