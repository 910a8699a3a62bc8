/**
 * Time as an argument: the monotonic ticker that everything on the data path is handed.
 *
 * <p>May import: nothing of ours.
 */
@NullMarked
package dev.crossfade.time;

import org.jspecify.annotations.NullMarked;
