package dev.crossfade.server;

import dev.crossfade.testing.RunningProxyFixture;
import dev.crossfade.testing.WireClient;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** TLS between a test and a proxy's listener, with a certificate that nobody else believes. */
final class LocalhostTls {
  private LocalhostTls() {}

  /**
   * The line for a listener with TLS.
   *
   * @param folder of the configuration; the certificate is put there
   * @param more settings of the listener, each behind a comma
   */
  static String listener(Path folder, String more) throws IOException {
    for (String name : List.of("localhost.pem", "localhost-key.pem")) {
      try (var resource = LocalhostTls.class.getResourceAsStream(name)) {
        Files.write(folder.resolve(name), resource.readAllBytes());
      }
    }
    return RunningProxyFixture.listener(
        ", tls { certificate = \"localhost.pem\", key = \"localhost-key.pem\" }" + more);
  }

  /**
   * TLS over a connection that is there, before the handshake.
   *
   * @param protocols offered for what is spoken under it (ALPN)
   */
  static SSLSocket over(WireClient plain, String... protocols) throws Exception {
    return over(null, plain, protocols);
  }

  /** The same with one version of TLS. */
  static SSLSocket over(@Nullable String version, WireClient plain, String... protocols)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain.socket(), "localhost", 443, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    if (version != null) {
      parameters.setProtocols(new String[] {version});
    }
    socket.setSSLParameters(parameters);
    return socket;
  }
}
