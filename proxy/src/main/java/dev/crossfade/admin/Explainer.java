package dev.crossfade.admin;

/** Decides about a request that does not exist, as the data path would decide now. */
@FunctionalInterface
public interface Explainer {
  /**
   * Changes nothing and pins nobody.
   *
   * @throws IllegalArgumentException if no such request could be, in a full sentence for operators
   */
  Explanation explain(ExplainRequest request);
}
