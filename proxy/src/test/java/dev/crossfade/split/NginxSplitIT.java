package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.testing.Installed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site that moves over from nginx's {@code split_clients}: no visitor changes side. */
class NginxSplitIT {
  private static final List<String> PERCENTS = List.of("0.01", "1", "10", "33.33", "50", "99.99");
  private static final int[] THRESHOLDS = {1, 100, 1000, 3333, 5000, 9999};
  private static final int VISITORS = 20_000;
  private static final int PIPELINED = 100;

  @TempDir Path dir;
  private @Nullable Process nginx;

  @BeforeEach
  void startNginx() throws IOException {
    Path binary = Installed.require("nginx", "nginx-light");
    Path configuration = Files.writeString(dir.resolve("nginx.conf"), configuration());
    nginx =
        new ProcessBuilder(binary.toString(), "-p", dir.toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    await().ignoreException(IOException.class).until(this::answers);
  }

  private boolean answers() throws IOException {
    try (SocketChannel channel = connect()) {
      return channel.isConnected();
    }
  }

  @AfterEach
  void stopNginx() throws InterruptedException {
    if (nginx != null) {
      nginx.destroy();
      nginx.waitFor();
    }
  }

  private String configuration() {
    String splits =
        IntStream.range(0, PERCENTS.size())
            .mapToObj(
                i ->
                    "split_clients \"${cookie_PHPSESSID}\" $side%d { %s%% new; * old; }\n"
                        .formatted(i, PERCENTS.get(i)))
            .collect(joining());
    String sides =
        IntStream.range(0, PERCENTS.size()).mapToObj(i -> "$side" + i).collect(joining(" "));
    String folders =
        Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map(use -> use + "_temp_path " + dir + "/" + use + ";\n")
            .collect(joining());
    return """
    daemon off; master_process off; error_log stderr; pid %1$s/pid;
    events { worker_connections 64; }
    http {
      access_log off; keepalive_requests 1000000; default_type text/plain;
      %2$s %3$s
      server { listen unix:%1$s/socket; location / { return 200 "%4$s\\n"; } }
    }
    """
        .formatted(dir, folders, splits, sides);
  }

  @Test
  void everyVisitorIsOnTheSideThatNginxChose() throws IOException {
    Random random = Seeds.random("real nginx");
    BucketHash hash = new BucketHash(SessionHash.NGINX, "");
    try (SocketChannel channel = connect()) {
      OutputStream out = Channels.newOutputStream(channel);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), US_ASCII));
      for (int sent = 0; sent < VISITORS; sent += PIPELINED) {
        List<String> ids = Stream.generate(() -> Ids.php(random)).limit(PIPELINED).toList();
        out.write(ids.stream().map(NginxSplitIT::request).collect(joining()).getBytes(US_ASCII));
        for (String id : ids) {
          assertThat(sides(hash, id)).as(id).isEqualTo(body(in));
        }
      }
    }
  }

  private static String request(String id) {
    return "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b; PHPSESSID=" + id + "\r\n\r\n";
  }

  private static String body(BufferedReader in) throws IOException {
    String line = in.readLine();
    assertThat(line).isEqualTo("HTTP/1.1 200 OK");
    while (line != null && !line.isEmpty()) {
      line = in.readLine();
    }
    return String.valueOf(in.readLine());
  }

  private static String sides(BucketHash hash, String id) {
    byte[] bytes = id.getBytes(US_ASCII);
    int bucket = hash.ofSession(bytes, 0, bytes.length);
    return IntStream.of(THRESHOLDS)
        .mapToObj(threshold -> bucket < threshold ? "new" : "old")
        .collect(joining(" "));
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve("socket")));
  }
}
