/**
 * The two versions as pools of endpoints: health, balancing, connections per event loop, leases.
 *
 * <p>May import: plan, net, http, time, telemetry.
 */
@NullMarked
package dev.crossfade.upstream;

import org.jspecify.annotations.NullMarked;
