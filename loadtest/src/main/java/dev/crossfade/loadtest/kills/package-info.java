/**
 * Proves from outside what kills of endpoints cost: clients with kept-alive connections on one end,
 * two origins that are killed and started in turn on the other, and in between Crossfade, nginx or
 * HAProxy.
 *
 * <p>May import: the JDK, libraries, {@link dev.crossfade.loadtest}; nothing of the proxy's.
 */
@NullMarked
package dev.crossfade.loadtest.kills;

import org.jspecify.annotations.NullMarked;
