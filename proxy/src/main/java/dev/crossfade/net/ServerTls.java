package dev.crossfade.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;

/** TLS towards clients: TLS 1.2 and 1.3, ALPN. */
public final class ServerTls {
  private ServerTls() {}

  /**
   * A context for a listener's certificate and key.
   *
   * @throws IllegalArgumentException if they can't be used, saying what is wrong
   */
  public static SslContext context(ListenerSettings.Tls tls) {
    try {
      return SslContextBuilder.forServer(tls.certificate().toFile(), tls.key().toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  "http/1.1"))
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The certificate "
              + tls.certificate()
              + " with the key "
              + tls.key()
              + " can't be used: "
              + e.getMessage(),
          e);
    }
  }
}
