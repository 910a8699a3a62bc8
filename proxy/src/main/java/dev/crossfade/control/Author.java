package dev.crossfade.control;

/**
 * Who makes a change.
 *
 * @param name a role or a name, as it is to stand in the history
 */
public record Author(String name) {
  /** Whoever holds the operator's token, or sits at the machine where there is none. */
  public static final Author OPERATOR = new Author("operator");

  /** The proxy itself. */
  public static final Author PROXY = new Author("crossfade");

  /**
   * @throws IllegalArgumentException if the name is blank
   */
  public Author {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A change needs the name of its author.");
    }
  }
}
