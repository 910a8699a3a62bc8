/**
 * The two versions as pools of endpoints: health, balancing, connections per event loop, leases.
 *
 * <p>May import: net, plan, split, telemetry, time; Netty, SLF4J.
 */
@NullMarked
package dev.crossfade.upstream;

import org.jspecify.annotations.NullMarked;
