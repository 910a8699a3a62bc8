package dev.crossfade.cli;

import java.util.List;

/** Words and short tables for people. */
final class Text {
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
      table.append(bold(line(heading, widths), colours)).append('\n');
    }
    for (List<String> row : rows) {
      table.append(line(row, widths)).append('\n');
    }
    return table.toString();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = visible(row.get(column));
      line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
