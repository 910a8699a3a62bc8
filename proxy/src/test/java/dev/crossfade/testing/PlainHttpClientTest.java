package dev.crossfade.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crossfade.testing.PlainHttpClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlainHttpClientTest {
  private final List<String> heads = new ArrayList<>();
  private ServerSocket listener;
  private Thread server;
  private PlainHttpClient client;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    client = new PlainHttpClient(listener.getLocalPort());
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    listener.close();
    server.join();
  }

  @Test
  void takesBodiesByLengthByChunksAndUntilTheEnd() throws IOException {
    serve(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsec\r\n3;x=y\r\nond\r\n0\r\nT: t\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nthird");
    assertThat(client.get("/").body()).isEqualTo("first");
    assertThat(client.get("/").body()).isEqualTo("second");
    assertThat(client.get("/").body()).isEqualTo("third");
    assertThat(client.connected()).isFalse();
  }

  @Test
  void passesOverInterimAnswersAndReadsNoBodyWhereThereIsNone() throws IOException {
    serve(
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    assertThat(client.get("/").status()).isEqualTo(204);
    assertThat(client.get("/").status()).isEqualTo(304);
    assertThat(client.request("HEAD", "/", List.of(), null).body()).isEmpty();
    assertThat(client.connected()).isTrue();
  }

  @Test
  void keepsAndForgetsCookies() throws IOException {
    serve(
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=gone; Max-Age=0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n");
    client.get("/");
    client.post("/", "x=1");
    Answer last = client.get("/");
    assertThat(last.reason()).isEqualTo("Fine");
    assertThat(heads.get(0)).doesNotContain("Cookie:");
    assertThat(heads.get(1)).contains("Cookie: a=1; b=2\r\n", "Content-Length: 3\r\n");
    assertThat(heads.get(2)).contains("Cookie: b=2\r\n");
  }

  @Test
  void failsInsteadOfSendingAgain() throws IOException {
    serve(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf!");
    client.get("/");
    assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
    assertThat(heads).hasSize(2);
  }

  /** Answers the requests of one connection with these, one after the other, and closes it. */
  private void serve(String... answers) {
    server =
        new Thread(
            () -> {
              try (Socket socket = listener.accept()) {
                for (String answer : answers) {
                  heads.add(readHead(socket.getInputStream()));
                  socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                }
              } catch (IOException e) {
                heads.add("failed: " + e);
              }
            });
    server.start();
  }

  /** A head and the form behind it. */
  private static String readHead(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) input.read());
    }
    if (head.indexOf("Content-Length: 3") > 0) {
      head.append(new String(input.readNBytes(3), StandardCharsets.ISO_8859_1));
    }
    return head.toString();
  }
}
