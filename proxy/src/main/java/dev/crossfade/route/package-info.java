/**
 * Rules that send requests to a side by what they ask for: the facts of a request, the rules and
 * their table.
 *
 * <p>May import: split; SLF4J.
 */
@NullMarked
package dev.crossfade.route;

import org.jspecify.annotations.NullMarked;
