/**
 * What a scrape of the metrics costs: how long it takes with many endpoints, and what it does to
 * the latency of the traffic beside it.
 *
 * <p>May import: the JDK, Netty, libraries, {@link dev.crossfade.loadtest}; nothing of the proxy's.
 */
@NullMarked
package dev.crossfade.loadtest.scrapes;

import org.jspecify.annotations.NullMarked;
