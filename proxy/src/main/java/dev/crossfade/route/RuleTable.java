package dev.crossfade.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules in their order, ready to be matched. Immutable, safe from any thread. */
public final class RuleTable {
  /** Matches nothing. */
  public static final RuleTable EMPTY = new RuleTable(List.of());

  private final List<Rule> rules;
  private final CompiledRule[] compiled;

  /**
   * Compiles the rules.
   *
   * @throws IllegalArgumentException if a condition is malformed, in a full sentence
   */
  public RuleTable(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.compiled = this.rules.stream().map(CompiledRule::new).toArray(CompiledRule[]::new);
  }

  /** The rules as configured. */
  public List<Rule> rules() {
    return rules;
  }

  /** The first rule that matches, null where none does. Allocates nothing. */
  public @Nullable Rule match(RequestFacts facts) {
    for (CompiledRule rule : compiled) {
      if (rule.matches(facts)) {
        return rule.rule();
      }
    }
    return null;
  }
}
