/**
 * HTTP/1.1 by bytes: head scanner, framing, chunk scanner, head writer, cookie scan. Knows no
 * proxying, allocates nothing per request.
 *
 * <p>May import: nothing of ours; Netty's buffers.
 */
@NullMarked
package dev.crossfade.http;

import org.jspecify.annotations.NullMarked;
