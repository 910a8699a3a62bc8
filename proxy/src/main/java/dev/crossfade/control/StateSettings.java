package dev.crossfade.control;

import java.nio.file.Path;

/**
 * Where the control state is kept.
 *
 * @param dir folder of the state, made where it is missing
 * @param initialThreshold percentage × 100 where there is no state yet
 */
public record StateSettings(Path dir, int initialThreshold) {}
