package dev.crossfade.admin;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
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
    if (tokenFile == null && !isLoopback(address)) {
      throw new IllegalArgumentException(
          "An admin address other than loopback (localhost, 127.0.0.0/8, [::1]) needs a token-file,"
              + " but "
              + address
              + " has none.");
    }
  }

  /** Whether only this machine can reach the address; told by its text, no name is looked up. */
  public boolean isLoopback() {
    return isLoopback(address);
  }

  private static boolean isLoopback(String address) {
    String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    byte @Nullable [] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes != null && InetAddress.getByAddress(bytes).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }
}
