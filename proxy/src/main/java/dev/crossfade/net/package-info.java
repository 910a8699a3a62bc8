/**
 * Sockets: transports (io_uring, epoll, nio), addresses, the size of reads, TLS.
 *
 * <p>May import: nothing of ours; Netty, SLF4J.
 */
@NullMarked
package dev.crossfade.net;

import org.jspecify.annotations.NullMarked;
