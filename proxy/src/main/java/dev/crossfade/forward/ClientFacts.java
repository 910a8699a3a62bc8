package dev.crossfade.forward;

import dev.crossfade.upstream.ProxiedClient;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a client's connection. Immutable; made once a connection.
 *
 * @param address 4 or 16 bytes; empty for a unix socket
 * @param addressText the same as text, {@code unix:} for a unix socket
 * @param secure whether the client came by TLS
 * @param trusted whether the forwarded fields it sends are believed
 * @param localAuthority host and port by which it came, in place of a missing Host
 * @param port by which it came, as text
 * @param forwardedLines the lines X-Forwarded-For, -Proto and -Port for it
 * @param proxied what the PROXY protocol says of it to an upstream; null for nothing
 */
public record ClientFacts(
    byte[] address,
    byte[] addressText,
    boolean secure,
    boolean trusted,
    byte[] localAuthority,
    byte[] port,
    byte[] forwardedLines,
    @Nullable ProxiedClient proxied) {

  /** The facts of a connection. */
  public static ClientFacts of(
      byte[] address,
      String addressText,
      boolean secure,
      boolean trusted,
      String localAuthority,
      int localPort) {
    String lines =
        "X-Forwarded-For: "
            + addressText
            + "\r\nX-Forwarded-Proto: "
            + (secure ? "https" : "http")
            + "\r\nX-Forwarded-Port: "
            + localPort
            + "\r\n";
    return new ClientFacts(
        address,
        ascii(addressText),
        secure,
        trusted,
        ascii(localAuthority),
        ascii(Integer.toString(localPort)),
        ascii(lines),
        null);
  }

  /** The same client, by both ends of its connection. */
  public ClientFacts between(InetSocketAddress source, InetSocketAddress destination) {
    return new ClientFacts(
        address,
        addressText,
        secure,
        trusted,
        localAuthority,
        port,
        forwardedLines,
        new ProxiedClient(source, destination));
  }

  /** The same client, believed or not. */
  ClientFacts trusted(boolean believed) {
    return believed == trusted
        ? this
        : new ClientFacts(
            address, addressText, secure, believed, localAuthority, port, forwardedLines, proxied);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
