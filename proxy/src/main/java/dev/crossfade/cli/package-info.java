/**
 * The command line: commands that speak HTTP to the admin API, as any other client of it would.
 *
 * <p>May import: nothing of ours; Jackson, picocli.
 */
@NullMarked
package dev.crossfade.cli;

import org.jspecify.annotations.NullMarked;
