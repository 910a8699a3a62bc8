package dev.crossfade.net;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket.
 *
 * @param address {@code host:port}, {@code [v6]:port} or {@code unix:/path}
 * @param tls absent for cleartext
 * @param proxyProtocol whether every connection begins with a PROXY protocol header
 * @param http2 whether HTTP/2 is spoken with clients that want it
 */
public record ListenerSettings(
    String address, @Nullable Tls tls, boolean proxyProtocol, boolean http2) {

  /**
   * @throws IllegalArgumentException if the address is blank
   */
  public ListenerSettings {
    if (address.isBlank()) {
      throw new IllegalArgumentException("A listener needs an address.");
    }
  }

  /** Certificate chain and private key, both PEM. */
  public record Tls(Path certificate, Path key) {}
}
