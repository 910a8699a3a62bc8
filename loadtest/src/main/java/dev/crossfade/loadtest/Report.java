package dev.crossfade.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A verdict in words: two tables and a last line. */
final class Report {
  private Report() {}

  static List<String> lines(Verdict verdict) {
    List<String> lines = new ArrayList<>();
    lines.add("change      answered in   requests   on new   visitors   on new");
    for (Verdict.Phase phase : verdict.phases()) {
      Timeline.Change change = phase.change();
      lines.add(
          String.format(
              Locale.ROOT,
              "%-10s %9.1f ms %10d %7s %10d %8s",
              change.name(),
              (change.answered() - change.sent()) / 1e6,
              phase.requests(),
              share(phase.requestsOnNew(), phase.requests()),
              phase.visitors(),
              share(phase.visitorsOnNew(), phase.visitors())));
    }
    lines.add("");
    lines.add(count("requests sent", verdict.sent()));
    lines.add(count("answered, every byte right", verdict.answered()));
    for (Verdict.Wrong wrong : Verdict.Wrong.values()) {
      lines.add(count(wrong.label(), verdict.count(wrong)));
    }
    verdict.examples().forEach(example -> lines.add("  " + example));
    lines.add("");
    lines.add(lastLine(verdict));
    return lines;
  }

  private static String lastLine(Verdict verdict) {
    if (verdict.good()) {
      return "good: of %d requests none was lost, doubled or on the wrong side"
          .formatted(verdict.sent());
    }
    return "WRONG: of %d requests %d were lost, %d doubled, %d on the wrong side; see above"
        .formatted(
            verdict.sent(),
            verdict.count(Verdict.Wrong.LOST),
            verdict.count(Verdict.Wrong.DOUBLED),
            verdict.count(Verdict.Wrong.WRONG_SIDE));
  }

  private static String count(String what, long number) {
    return String.format(Locale.ROOT, "%-40s %10d", what, number);
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "–" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }
}
