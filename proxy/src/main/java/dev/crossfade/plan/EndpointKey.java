package dev.crossfade.plan;

import dev.crossfade.split.Side;

/**
 * An endpoint as operators name it.
 *
 * @param address as it stands in the configuration: {@code host:port}, {@code [v6]:port} or {@code
 *     unix:/path}
 */
public record EndpointKey(Side side, String address) {}
