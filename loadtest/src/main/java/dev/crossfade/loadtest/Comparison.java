package dev.crossfade.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/** What became of the same visitors with several balancers, side by side. */
record Comparison(List<Simulation.Result> results) {

  /**
   * A way of being moved without cause.
   *
   * @param whom it could happen to; shares are of these
   */
  private record Wrong(
      String what, Predicate<SimulatedVisitor> whom, Predicate<SimulatedVisitor> holds) {}

  private static final List<Wrong> WRONGS =
      List.of(
          new Wrong("saw the wrong side", v -> true, SimulatedVisitor::sawWrongSide),
          new Wrong(
              "  who keep every cookie",
              v -> !v.habits().dropsOurCookie(),
              SimulatedVisitor::sawWrongSide),
          new Wrong(
              "  who drop our cookie",
              v -> v.habits().dropsOurCookie(),
              SimulatedVisitor::sawWrongSide),
          new Wrong("flipped at login", v -> v.habits().logsIn(), SimulatedVisitor::flippedAtLogin),
          new Wrong(
              "flipped between page and asset",
              v -> true,
              SimulatedVisitor::flippedBetweenPageAndAsset));

  /**
   * Whether nobody of this balancer's visitors was moved without cause, every request was answered,
   * and the share on new was as set. (To send everyone to one side would be easy.)
   */
  static boolean isFaithful(Simulation.Result result) {
    return result.visitors().stream()
            .noneMatch(v -> WRONGS.stream().anyMatch(wrong -> wrong.holds().test(v)))
        && result.unanswered() == 0
        && result.phases().stream().allMatch(Simulation.Phase::isAsSet);
  }

  /** The tables in words. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line("", Simulation.Result::balancer));
    for (int step = 0; step < results.get(0).phases().size(); step++) {
      int at = step;
      int percent = results.get(0).phases().get(step).percent();
      String name = percent == 0 ? "after the rollback" : "at " + percent + " %";
      lines.add(line("on new " + name, r -> share(r.phases().get(at))));
    }
    lines.add("");
    lines.add(line("visitors", r -> Integer.toString(r.visitors().size())));
    habit(lines, "come back with a session", SimulatedVisitor.Habits::returning);
    habit(lines, "drop our cookie", SimulatedVisitor.Habits::dropsOurCookie);
    habit(lines, "log in", SimulatedVisitor.Habits::logsIn);
    habit(lines, "open several tabs at once", SimulatedVisitor.Habits::opensTabs);
    lines.add("");
    for (Wrong wrong : WRONGS) {
      lines.add(line(wrong.what(), r -> countAndShare(r, wrong.whom(), wrong.holds())));
    }
    lines.add(line("requests without an answer", r -> Integer.toString(r.unanswered())));
    for (Simulation.Result result : results) {
      if (!result.example().isEmpty()) {
        lines.add("  " + result.balancer() + ": " + result.example());
      }
    }
    return lines;
  }

  private void habit(List<String> lines, String what, Predicate<SimulatedVisitor.Habits> has) {
    lines.add(line("  " + what, r -> countAndShare(r, v -> true, v -> has.test(v.habits()))));
  }

  private String line(String what, Function<Simulation.Result, String> value) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-32s", what));
    for (Simulation.Result result : results) {
      line.append(String.format(Locale.ROOT, "%20s", value.apply(result)));
    }
    return line.toString().stripTrailing();
  }

  private static String countAndShare(
      Simulation.Result result,
      Predicate<SimulatedVisitor> whom,
      Predicate<SimulatedVisitor> holds) {
    long of = result.visitors().stream().filter(whom).count();
    long count = result.visitors().stream().filter(whom.and(holds)).count();
    return count == 0 ? "0" : String.format(Locale.ROOT, "%d (%.1f %%)", count, 100.0 * count / of);
  }

  private static String share(Simulation.Phase phase) {
    return phase.visitors() == 0
        ? "–"
        : String.format(Locale.ROOT, "%.2f %%", 100.0 * phase.onNew() / phase.visitors());
  }
}
