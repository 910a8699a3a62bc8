/**
 * Sockets: transports (io_uring, epoll, nio), addresses, TLS, the PROXY protocol.
 *
 * <p>May import: time and Netty.
 */
@NullMarked
package dev.crossfade.net;

import org.jspecify.annotations.NullMarked;
