package dev.crossfade.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One reading of a configuration: what was found wrong, and the value and source of every key. */
final class Reading {
  final Variables variables;
  private final List<Problem> problems = new ArrayList<>();
  private final List<EffectiveValue> values = new ArrayList<>();

  Reading(Variables variables) {
    this.variables = variables;
  }

  void problem(Source at, String key, String text) {
    problems.add(problemAt(at, key, text));
  }

  void value(Node node) {
    values.add(new EffectiveValue(node.path(), node.value(), node.source()));
  }

  /** Every key that was read, in the order of reading. */
  List<EffectiveValue> values() {
    return List.copyOf(values);
  }

  /**
   * @throws ConfigProblems if anything was found wrong
   */
  void refuseIfWrong() throws ConfigProblems {
    ConfigProblems refused = refused();
    if (!refused.problems().isEmpty()) {
      throw refused;
    }
  }

  /** All that was found wrong, by file and line. */
  ConfigProblems refused() {
    List<Problem> all = new ArrayList<>(problems);
    variables
        .untold()
        .forEach((name, at) -> all.add(problemAt(at, "", "the variable " + name + " is not set")));
    all.sort(Comparator.comparing(Problem::file).thenComparingInt(Problem::line));
    return new ConfigProblems(all);
  }

  private static Problem problemAt(Source at, String key, String text) {
    return new Problem(at.isDefault() ? "reference.conf" : at.file(), at.line(), key, text);
  }
}
