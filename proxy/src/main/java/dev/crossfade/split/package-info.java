/**
 * The decision which version serves a visitor: buckets, policies, the affinity cookie, learned
 * sessions, and the visitors seen lately. Plain calls over bytes, no I/O; {@link
 * dev.crossfade.split.Splitter} is the door.
 *
 * <p>May import: time; Caffeine, hash4j.
 */
@NullMarked
package dev.crossfade.split;

import org.jspecify.annotations.NullMarked;
