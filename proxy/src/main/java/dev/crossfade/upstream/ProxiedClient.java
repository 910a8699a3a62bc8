package dev.crossfade.upstream;

import java.net.InetSocketAddress;

/**
 * Both ends of a client's connection, for the PROXY protocol: where the client is, and where it
 * connected to.
 */
public record ProxiedClient(InetSocketAddress source, InetSocketAddress destination) {}
