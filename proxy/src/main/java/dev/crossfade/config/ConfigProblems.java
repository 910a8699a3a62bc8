package dev.crossfade.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is refused; holds all that is wrong with it. */
public final class ConfigProblems extends Exception {
  private final transient List<Problem> problems;

  ConfigProblems(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** At least one; by file and line. */
  public List<Problem> problems() {
    return problems;
  }
}
