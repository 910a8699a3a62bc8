/**
 * Main, and the wiring: start in order, stop in reverse.
 *
 * <p>May import: all. Imported by none.
 */
@NullMarked
package dev.crossfade.app;

import org.jspecify.annotations.NullMarked;
