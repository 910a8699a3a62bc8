package dev.crossfade.upstream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An application that speaks TLS, by the JDK's own sockets. Answers every GET with what it has seen
 * of the other end: {@code protocol|server name|client's certificate}; one for {@code /large} with
 * {@value #LARGE} bytes.
 */
final class TlsOrigin implements AutoCloseable {
  static final int LARGE = 24 * 1024 * 1024;

  private final SSLServerSocket listener;
  private final List<SSLSocket> open = new CopyOnWriteArrayList<>();

  /**
   * @param name of the files of certificate and key among the test's resources
   * @param protocols that it speaks
   */
  TlsOrigin(String name, boolean wantsClientCertificate, String... protocols) throws Exception {
    listener = (SSLServerSocket) context(name).getServerSocketFactory().createServerSocket(0);
    listener.setEnabledProtocols(protocols);
    listener.setNeedClientAuth(wantsClientCertificate);
    daemon(this::accept);
  }

  static Path file(String name) {
    try {
      return Path.of(TlsOrigin.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static SSLContext context(String name) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(
        "it", key(name + ".key"), new char[0], new Certificate[] {certificate(name + ".pem")});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", certificate("ca.pem"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static Certificate certificate(String name) throws Exception {
    try (InputStream in = Files.newInputStream(file(name))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey key(String name) throws Exception {
    String base64 = Files.readString(file(name)).replaceAll("-----[^-]+-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "tls-origin");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        SSLSocket socket = (SSLSocket) listener.accept();
        open.add(socket);
        daemon(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private static void serve(SSLSocket socket) {
    try (socket) {
      socket.startHandshake();
      String seen = seen(socket);
      String body = seen;
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("GET ")) {
          body = line.startsWith("GET /large ") ? "x".repeat(LARGE) : seen;
        }
        if (line.isEmpty()) {
          socket
              .getOutputStream()
              .write(
                  ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                      .getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException refused) {
      // The other end does not like the certificate, or is gone.
    }
  }

  private static String seen(SSLSocket socket) {
    ExtendedSSLSession session = (ExtendedSSLSession) socket.getSession();
    List<SNIServerName> names = session.getRequestedServerNames();
    String client;
    try {
      client = session.getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException e) {
      client = "nobody";
    }
    return session.getProtocol()
        + "|"
        + (names.isEmpty() ? "" : new String(names.get(0).getEncoded(), StandardCharsets.US_ASCII))
        + "|"
        + client;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SSLSocket socket : open) {
      socket.close();
    }
  }
}
