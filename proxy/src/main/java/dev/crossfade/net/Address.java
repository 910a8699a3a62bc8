package dev.crossfade.net;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address as it stands in the configuration: {@code host:port}, {@code [v6]:port} or {@code
 * unix:/path}.
 *
 * @param host name or literal without brackets; null for a unix socket
 * @param port 0 … 65535; 0 for a unix socket
 * @param path of a unix socket, else null
 */
public record Address(@Nullable String host, int port, @Nullable String path) {
  private static final String UNIX = "unix:";

  /**
   * Reads an address; never asks a name server.
   *
   * @throws IllegalArgumentException if it is none, in a full sentence
   */
  public static Address parse(String text) {
    if (text.startsWith(UNIX)) {
      if (text.length() == UNIX.length()) {
        throw new IllegalArgumentException("\"unix:\" needs the path of a socket behind it.");
      }
      return new Address(null, 0, text.substring(UNIX.length()));
    }
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("\"" + text + "\" is no host:port.");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (bracketed != (host.indexOf(':') >= 0) || bracketed && !NetUtil.isValidIpV6Address(host)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no host:port; an IPv6 address stands in brackets.");
    }
    return new Address(host, port(text, text.substring(colon + 1)), null);
  }

  private static int port(String text, String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("\"" + text + "\" does not end with a port.");
    }
    int port = Integer.parseInt(digits);
    if (port > 0xffff) {
      throw new IllegalArgumentException("\"" + text + "\" has a port above 65535.");
    }
    return port;
  }

  /** Whether it is a unix socket. */
  public boolean isUnix() {
    return path != null;
  }

  /** Whether the host is a name that has to be looked up. */
  public boolean isName() {
    return host != null && !NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host);
  }

  /** The internet address; looks a name up and blocks meanwhile. May be unresolved afterwards. */
  public InetSocketAddress resolve() {
    if (host == null) {
      throw new IllegalStateException("A unix socket has no internet address.");
    }
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    if (path != null) {
      return UNIX + path;
    }
    return (host != null && host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
