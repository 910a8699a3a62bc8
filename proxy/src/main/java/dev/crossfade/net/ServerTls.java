package dev.crossfade.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** TLS towards clients: TLS 1.2 and 1.3, ALPN. */
public final class ServerTls {
  private static final Pattern CERTIFICATE =
      Pattern.compile(
          "-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*CERTIFICATE-----");

  private ServerTls() {}

  /**
   * A context for a listener's certificate and key.
   *
   * @param http2 whether a client that offers HTTP/2 gets it (RFC 9113 §3.2); where it offers
   *     nothing, HTTP/1.1 is spoken
   * @throws IllegalArgumentException if they can't be used, saying what is wrong
   */
  public static SslContext context(ListenerSettings.Tls tls, boolean http2) {
    try {
      return SslContextBuilder.forServer(tls.certificate().toFile(), tls.key().toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  http2
                      ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                      : List.of(ApplicationProtocolNames.HTTP_1_1)))
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw unusable(tls, e);
    }
  }

  /**
   * When the first certificate of the chain expires: clients then refuse all of it.
   *
   * @throws IllegalArgumentException if there is none, saying what is wrong
   */
  public static Instant expiry(ListenerSettings.Tls tls) {
    try {
      String file = Files.readString(tls.certificate(), StandardCharsets.ISO_8859_1);
      // The JDK takes all that is in a file for a certificate, where Netty looks for them.
      byte[] certificates =
          CERTIFICATE
              .matcher(file)
              .results()
              .map(MatchResult::group)
              .collect(Collectors.joining("\n"))
              .getBytes(StandardCharsets.ISO_8859_1);
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(certificates))
          .stream()
          .map(certificate -> ((X509Certificate) certificate).getNotAfter().toInstant())
          .min(Comparator.naturalOrder())
          .orElseThrow(() -> new CertificateException("it is empty"));
    } catch (IOException | CertificateException e) {
      throw unusable(tls, e);
    }
  }

  private static IllegalArgumentException unusable(ListenerSettings.Tls tls, Exception cause) {
    return new IllegalArgumentException(
        "The certificate "
            + tls.certificate()
            + " with the key "
            + tls.key()
            + " can't be used: "
            + cause.getMessage(),
        cause);
  }
}
