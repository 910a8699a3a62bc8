/**
 * Load tests: the verifier that nothing is lost, doubled or on the wrong side.
 *
 * <p>May import: anything; nothing imports it.
 */
@NullMarked
package dev.crossfade.loadtest;

import org.jspecify.annotations.NullMarked;
