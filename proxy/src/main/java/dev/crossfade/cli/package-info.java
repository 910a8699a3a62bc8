/**
 * The command line: commands that speak HTTP to the admin API.
 *
 * <p>May import: nothing of the other packages but admin's records.
 */
@NullMarked
package dev.crossfade.cli;

import org.jspecify.annotations.NullMarked;
