package dev.crossfade.upstream;

import java.time.Duration;

/**
 * Connections to the upstreams.
 *
 * @param connectTimeout for a connection to be made
 * @param idleTimeout how long an unused connection is kept; should be shorter than the origin's
 * @param idlePerEndpoint most unused connections kept to an endpoint, for each event loop
 */
public record PoolSettings(Duration connectTimeout, Duration idleTimeout, int idlePerEndpoint) {}
