package dev.crossfade.upstream;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RawOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints by name: several addresses, answers that change, a name server that fails. */
class NamesOnTheWireTest {
  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private NameServer names;
  private EveryLoopback origin;

  /** Listens on all of 127.0.0.0/8 and answers each request with the address it came to. */
  private static final class EveryLoopback implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    EveryLoopback() throws IOException {
      listener.bind(new InetSocketAddress("0.0.0.0", 0));
      Thread thread = new Thread(this::accept, "every-loopback");
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = listener.accept();
          open.add(socket);
          Thread thread = new Thread(() -> serve(socket), "every-loopback");
          thread.setDaemon(true);
          thread.start();
        }
      } catch (IOException closed) {
        // The end of the test.
      }
    }

    private static void serve(Socket socket) {
      try (socket) {
        String body = socket.getLocalAddress().getHostAddress();
        int matched = 0;
        for (int b = socket.getInputStream().read(); b >= 0; b = socket.getInputStream().read()) {
          matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
          if (matched == 4) {
            matched = 0;
            String answer =
                "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          }
        }
      } catch (IOException gone) {
        // So is the proxy.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    names = opened.add(new NameServer());
    origin = opened.add(new EveryLoopback());
  }

  private RunningProxyFixture proxy(String... more) throws Exception {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add(endpoints(Side.OLD, "shop.test:" + origin.listener.getLocalPort()));
    lines.add("dns { servers = [\"127.0.0.1:" + names.port() + "\"], timeout = 200ms }");
    return opened.add(RunningProxyFixture.start(folder, lines.toArray(String[]::new)));
  }

  private static UpstreamView.EndpointView view(RunningProxyFixture proxy) {
    return proxy.upstreams().endpoints(Side.OLD).get(0);
  }

  /** Each on a connection of its own. */
  private static Set<String> reached(RunningProxyFixture proxy, int requests) throws Exception {
    Set<String> reached = new HashSet<>();
    for (int i = 0; i < requests; i++) {
      try (PlainHttpClient client = proxy.client()) {
        PlainHttpClient.Answer answer = client.get("/");
        assertThat(answer.status()).isEqualTo(200);
        reached.add(answer.body());
      }
    }
    return reached;
  }

  @Test
  void allAddressesOfANameAreUsed() throws Exception {
    names.put("shop.test", 300, "127.0.0.3", "127.0.0.1", "127.0.0.2");
    RunningProxyFixture proxy = proxy("pool.idle-per-endpoint = 0");
    assertThat(reached(proxy, 6)).containsOnly("127.0.0.1", "127.0.0.2", "127.0.0.3");
    assertThat(view(proxy).condition().addresses())
        .containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3");
  }

  @Test
  void anAnswerIsUsedAsLongAsItsTimeToLiveSays() throws Exception {
    names.put("shop.test", 1, "127.0.0.1");
    RunningProxyFixture proxy = proxy();
    assertThat(reached(proxy, 2)).containsOnly("127.0.0.1");
    names.put("shop.test", 300, "127.0.0.2");
    await().until(() -> view(proxy).condition().addresses().equals(List.of("127.0.0.2")));
    // The idle connection to the address of before is not used again once it was.
    reached(proxy, 1);
    assertThat(reached(proxy, 3)).containsOnly("127.0.0.2");
    int asked = names.asked("shop.test");
    names.put("shop.test", 1, "127.0.0.4");
    // Three more rounds of looking, as one that is never found shows.
    proxy.reconfigure(
        endpoints(Side.OLD, "shop.test:" + origin.listener.getLocalPort(), "other.test:1"),
        endpoints(Side.NEW, "third.test:1"));
    await().until(() -> names.asked("other.test") >= 2);
    assertThat(names.asked("shop.test")).as("five minutes are not over").isEqualTo(asked);
  }

  @Test
  void theLastGoodAnswerStaysWhileTheNameServerFails() throws Exception {
    names.put("shop.test", 1, "127.0.0.1");
    RunningProxyFixture proxy = proxy();
    assertThat(reached(proxy, 2)).containsOnly("127.0.0.1");
    names.failing(true);
    await().until(() -> String.valueOf(view(proxy).lastFailure()).contains("can't be resolved"));
    assertThat(view(proxy).healthy()).isTrue();
    assertThat(reached(proxy, 3)).containsOnly("127.0.0.1");
    names.failing(false);
    names.put("shop.test", 1, "127.0.0.2");
    await().until(() -> view(proxy).condition().addresses().equals(List.of("127.0.0.2")));
  }

  @Test
  void anEndpointWhoseNameComesUpLaterIsUsedFromThenOn() throws Exception {
    RunningProxyFixture proxy = proxy();
    try (PlainHttpClient client = proxy.client()) {
      assertThat(client.get("/").status()).isEqualTo(503);
    }
    names.put("shop.test", 300, "127.0.0.1");
    await().until(() -> view(proxy).healthy());
    assertThat(reached(proxy, 1)).containsOnly("127.0.0.1");
  }

  @Test
  void anAddressThatCanNotBeReachedIsPassedOverWithoutAnybodyNoticing() throws Exception {
    try (RawOrigin only =
        new RawOrigin(RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))) {
      assertThat(InetAddress.getLoopbackAddress().getHostAddress()).isEqualTo("127.0.0.1");
      // It listens on 127.0.0.1 alone.
      names.put("shop.test", 300, "127.0.0.1", "127.0.0.2", "127.0.0.3");
      RunningProxyFixture proxy =
          opened.add(
              RunningProxyFixture.start(
                  folder,
                  endpoints(Side.OLD, "shop.test:" + only.port()),
                  "pool.idle-per-endpoint = 0",
                  "dns { servers = [\"127.0.0.1:" + names.port() + "\"] }"));
      assertThat(reached(proxy, 9)).containsOnly("ok");
      assertThat(proxy.tally().of("failure old connect")).isZero();
      assertThat(view(proxy).healthy()).isTrue();
    }
  }
}
