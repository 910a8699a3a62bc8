package dev.crossfade.server;

import dev.crossfade.forward.ClientFacts;
import dev.crossfade.forward.TrustedProxies;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** From socket addresses to what is known of a client. */
final class Clients {
  private static final byte[] NO_ADDRESS = {};

  private Clients() {}

  /**
   * The facts of a connection.
   *
   * @param remote the client's address; of another kind than internet for a unix socket
   * @param local where it came in
   */
  static ClientFacts facts(
      @Nullable SocketAddress remote,
      @Nullable SocketAddress local,
      boolean secure,
      TrustedProxies trusted) {
    int port = local instanceof InetSocketAddress inet ? inet.getPort() : secure ? 443 : 80;
    String authority =
        local instanceof InetSocketAddress inet && inet.getAddress() != null
            ? NetUtil.toSocketAddressString(inet)
            : "localhost";
    if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
      InetAddress address = inet.getAddress();
      byte[] bytes = address.getAddress();
      ClientFacts facts =
          ClientFacts.of(
              bytes,
              NetUtil.toAddressString(address),
              secure,
              trusted.trusts(bytes),
              authority,
              port);
      return local instanceof InetSocketAddress end ? facts.between(inet, end) : facts;
    }
    return ClientFacts.of(NO_ADDRESS, "unknown", secure, false, authority, port);
  }
}
