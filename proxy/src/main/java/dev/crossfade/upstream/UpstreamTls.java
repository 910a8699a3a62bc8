package dev.crossfade.upstream;

import dev.crossfade.net.Address;
import dev.crossfade.plan.Tls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS towards upstreams: 1.2 and 1.3, the certificate checked unless that is switched off. */
final class UpstreamTls {
  private UpstreamTls() {}

  /**
   * What connections to a side are encrypted by.
   *
   * @throws IllegalArgumentException if a file can't be used, saying what is wrong
   */
  static SslContext context(Tls tls) {
    SslContextBuilder builder =
        SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
    try {
      if (!tls.verify()) {
        builder
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null);
      } else {
        // RFC 9110 §4.3.4: the certificate must be of the host that is asked.
        builder.endpointIdentificationAlgorithm("HTTPS");
        Path ca = tls.ca();
        if (ca != null) {
          builder.trustManager(ca.toFile());
        }
      }
      if (tls.certificate() != null && tls.key() != null) {
        builder.keyManager(tls.certificate().toFile(), tls.key().toFile());
      }
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The certificates for an upstream can't be used: " + e.getMessage(), e);
    }
  }

  /** The handler of one connection. */
  static SslHandler handler(
      SslContext context, Tls tls, Address address, Channel channel, Duration timeout) {
    String name = Objects.requireNonNullElseGet(tls.serverName(), () -> host(address));
    SslHandler handler =
        name.isEmpty()
            ? context.newHandler(channel.alloc())
            : context.newHandler(channel.alloc(), name, address.port());
    handler.setHandshakeTimeoutMillis(timeout.toMillis());
    return handler;
  }

  private static String host(Address address) {
    String host = address.host();
    return host == null ? "" : host;
  }

  /** What is wrong with the other end's certificate, in words for operators; null if nothing is. */
  static @Nullable String trouble(Throwable failure) {
    boolean encrypted = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired: " + cause.getMessage();
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet: " + cause.getMessage();
      }
      if (cause instanceof CertPathBuilderException) {
        return "its certificate is from nobody who is trusted";
      }
      if (cause instanceof CertificateException && cause.getCause() == null) {
        return "its certificate is of another name: " + cause.getMessage();
      }
      encrypted |= cause instanceof SSLException;
    }
    return encrypted ? "TLS failed: " + failure.getMessage() : null;
  }
}
