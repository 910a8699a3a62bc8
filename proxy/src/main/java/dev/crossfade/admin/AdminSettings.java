package dev.crossfade.admin;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The admin API's address and who may use it.
 *
 * @param address {@code host:port}; without a token it must be of the loopback
 * @param tokenFile holds the operator's token, who may all
 * @param viewerTokenFile holds the viewer's token, who may read
 */
public record AdminSettings(
    String address, @Nullable Path tokenFile, @Nullable Path viewerTokenFile) {

  /**
   * @throws IllegalArgumentException if an address other than loopback has no operator's token
   */
  public AdminSettings {
    if (tokenFile == null && !isLoopbackHost(host(address))) {
      throw new IllegalArgumentException(
          "An admin address other than loopback (localhost, 127.0.0.0/8, [::1]) needs a token-file,"
              + " but "
              + address
              + " has none.");
    }
  }

  /**
   * Whether only this machine can reach the address. A name other than {@code localhost} is not
   * looked up, and counts as reachable by others.
   */
  public boolean loopback() {
    return isLoopbackHost(host());
  }

  /**
   * The address to bind; port 0 for any that is free.
   *
   * @throws IllegalArgumentException if it is not {@code host:port}, in a full sentence
   */
  InetSocketAddress socketAddress() {
    String host = host();
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal == null) {
      return new InetSocketAddress(host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host, port());
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(literal), port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An address has 4 or 16 bytes.", e);
    }
  }

  private String host() {
    return host(address);
  }

  private static String host(String address) {
    String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private int port() {
    try {
      int port = Integer.parseInt(address.substring(colon() + 1));
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("The admin address " + address + " is not host:port.");
  }

  private int colon() {
    int colon = address.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("The admin address " + address + " is not host:port.");
    }
    return colon;
  }

  /** Whether the host, without brackets and port, is {@code localhost} or of the loopback nets. */
  static boolean isLoopbackHost(String host) {
    if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
      return true;
    }
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return literal != null && InetAddress.getByAddress(literal).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
