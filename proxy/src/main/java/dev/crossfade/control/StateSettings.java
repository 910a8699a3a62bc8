package dev.crossfade.control;

import java.nio.file.Path;

/**
 * Where the control state is kept.
 *
 * @param dir folder of the state, made where it is missing
 * @param initialThreshold percentage × 100 where there is no state yet
 */
public record StateSettings(Path dir, int initialThreshold) {
  /**
   * @throws IllegalArgumentException if the threshold is not 0 to 10,000
   */
  public StateSettings {
    if (initialThreshold < 0 || initialThreshold > 10_000) {
      throw new IllegalArgumentException(
          "The initial threshold is 0 to 10000, not " + initialThreshold + ".");
    }
  }
}
