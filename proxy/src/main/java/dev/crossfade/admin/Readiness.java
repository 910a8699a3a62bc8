package dev.crossfade.admin;

import org.jspecify.annotations.Nullable;

/** Whether traffic should be sent here. Safe from any thread, never blocks. */
@FunctionalInterface
public interface Readiness {
  /** What stands against it, in a sentence for operators; null if nothing does. */
  @Nullable String obstacle();
}
