package dev.crossfade.server;

import dev.crossfade.net.Address;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.ServerTls;
import io.netty.handler.ssl.SslContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a connection meets that comes in by a listening socket. Immutable; a reload makes another
 * for the same socket.
 *
 * @param proxyProtocol whether it begins with a PROXY protocol header
 * @param tls null for cleartext
 * @param certificateExpiry when the first certificate of its chain expires; null for cleartext
 * @param http2 whether HTTP/2 is spoken with clients that want it
 */
record Entrance(
    Address address,
    boolean proxyProtocol,
    @Nullable SslContext tls,
    @Nullable Instant certificateExpiry,
    boolean http2) {

  /**
   * Reads the certificate and its key, if there are any.
   *
   * @throws IllegalArgumentException if the address is none or the certificate can't be used
   */
  static Entrance of(ListenerSettings listener) {
    ListenerSettings.Tls tls = listener.tls();
    return new Entrance(
        Address.parse(listener.address()),
        listener.proxyProtocol(),
        tls == null ? null : ServerTls.context(tls, listener.http2()),
        tls == null ? null : ServerTls.expiry(tls),
        listener.http2());
  }
}
