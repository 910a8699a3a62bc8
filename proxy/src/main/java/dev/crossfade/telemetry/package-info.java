/**
 * What is told of an exchange once it is over, and to whom.
 *
 * <p>May import: split, route.
 */
@NullMarked
package dev.crossfade.telemetry;

import org.jspecify.annotations.NullMarked;
