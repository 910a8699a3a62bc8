package dev.crossfade.control;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The revisions on which a change may build.
 *
 * @param revisions null for any
 */
public record Precondition(@Nullable Set<Long> revisions) {
  /** Builds on whatever is in force. */
  public static final Precondition NONE = new Precondition(null);

  /** Copies the set. */
  public Precondition {
    revisions = revisions == null ? null : Set.copyOf(revisions);
  }

  /** Builds on one revision only. */
  public static Precondition revision(long revision) {
    return new Precondition(Set.of(revision));
  }

  /** Whether a change may build on the revision. */
  public boolean allows(long revision) {
    return revisions == null || revisions.contains(revision);
  }
}
