/**
 * What is told of an exchange once it is over, and to whom. Data path and metrics know it, and not
 * each other.
 *
 * <p>May import: split.
 */
@NullMarked
package dev.crossfade.telemetry;

import org.jspecify.annotations.NullMarked;
