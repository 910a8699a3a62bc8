/**
 * Listeners and the client's end of a connection, and their drain.
 *
 * <p>May import: forward, http, net, telemetry, time, upstream; Netty, SLF4J.
 */
@NullMarked
package dev.crossfade.server;

import org.jspecify.annotations.NullMarked;
