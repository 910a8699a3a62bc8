/**
 * Listeners and the client's end of a connection, and their drain.
 *
 * <p>May import: forward, net, http, telemetry and all that those may import.
 */
@NullMarked
package dev.crossfade.server;

import org.jspecify.annotations.NullMarked;
