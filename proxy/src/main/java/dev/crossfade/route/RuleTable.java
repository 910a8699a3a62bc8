package dev.crossfade.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules in their order, ready to be matched. Immutable, safe from any thread. */
public final class RuleTable {
  /** Matches nothing. */
  public static final RuleTable EMPTY = new RuleTable(List.of());

  private final List<Rule> rules;

  /**
   * Compiles the rules.
   *
   * @throws IllegalArgumentException if a condition is malformed, in a full sentence
   */
  public RuleTable(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** The rules as configured. */
  public List<Rule> rules() {
    return rules;
  }

  /** The first rule that matches, null where none does. */
  public @Nullable Rule match(RequestFacts facts) {
    if (rules.isEmpty()) {
      return null;
    }
    throw new UnsupportedOperationException();
  }
}
