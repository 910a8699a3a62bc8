/**
 * One request from its head to its last byte: the exchange, hop-by-hop and forwarded fields, and
 * the one table from failure to answer.
 *
 * <p>May import: http, net, plan, route, split, telemetry, time, upstream; Netty.
 */
@NullMarked
package dev.crossfade.forward;

import org.jspecify.annotations.NullMarked;
