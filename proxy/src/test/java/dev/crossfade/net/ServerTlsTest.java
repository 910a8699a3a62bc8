package dev.crossfade.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsTest {
  @TempDir Path folder;

  private static String resource(String name) throws IOException {
    try (var in = ServerTlsTest.class.getResourceAsStream("/dev/crossfade/server/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private ListenerSettings.Tls tls(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("both.pem"), content);
    return new ListenerSettings.Tls(file, file);
  }

  @Test
  void aCertificateMayShareAFileWithItsKey() throws Exception {
    String certificate = resource("localhost.pem");
    String key = resource("localhost-key.pem");
    Instant alone = ServerTls.expiry(tls(certificate));
    for (String both : new String[] {certificate + key, key + certificate}) {
      assertThat(ServerTls.context(tls(both), true).isServer()).isTrue();
      assertThat(ServerTls.expiry(tls("Bag Attributes: 1\n" + both))).isEqualTo(alone);
    }
  }

  @Test
  void aFileWithoutACertificateIsRefused() throws Exception {
    ListenerSettings.Tls tls = tls(resource("localhost-key.pem"));
    assertThatThrownBy(() -> ServerTls.expiry(tls))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can't be used: ");
  }
}
