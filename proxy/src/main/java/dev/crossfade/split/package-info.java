/**
 * The decision which version serves a visitor: buckets, policies, the affinity cookie, learned
 * sessions. Plain calls over bytes, no I/O.
 *
 * <p>May import: time.
 */
@NullMarked
package dev.crossfade.split;

import org.jspecify.annotations.NullMarked;
