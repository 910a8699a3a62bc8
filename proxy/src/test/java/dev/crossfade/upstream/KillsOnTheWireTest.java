package dev.crossfade.upstream;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.split.Side;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RunningProxyFixture;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients go on while one endpoint after the other is killed and started again. {@code
 * loadtest/kills} does the same for longer, and with other proxies beside ours.
 */
class KillsOnTheWireTest {
  private static final int CLIENTS = 64;
  private static final int KILLS = 12;

  @TempDir Path folder;

  /** How often each request has arrived, wherever. */
  private final Map<String, AtomicInteger> arrivals = new ConcurrentHashMap<>();

  /** Those that were the first on their connection: nobody may send them again. */
  private final Set<String> onFresh = ConcurrentHashMap.newKeySet();

  /** Connections that were killed before their first request was read. */
  private final AtomicInteger unread = new AtomicInteger();

  /** An application that can be killed: the kernel then closes the listener and all connections. */
  private final class Origin {
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;

    Origin() throws IOException {
      ServerSocket first = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
      port = first.getLocalPort();
      run(first);
    }

    void start() throws IOException {
      ServerSocket again = new ServerSocket();
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      run(again);
    }

    private void run(ServerSocket accepting) {
      listener = accepting;
      daemon(
          () -> {
            try {
              while (true) {
                Socket socket = accepting.accept();
                open.add(socket);
                if (accepting.isClosed()) {
                  socket.close();
                }
                daemon(() -> serve(socket));
              }
            } catch (IOException killed) {
              // As it is meant.
            }
          });
    }

    void kill() throws IOException {
      listener.setSoTimeout(1);
      try {
        while (true) {
          // Whoever has connected and was not even accepted.
          open.add(listener.accept());
          unread.incrementAndGet();
        }
      } catch (SocketTimeoutException none) {
        listener.close();
      }
      for (Socket socket : open) {
        socket.close();
      }
      open.clear();
    }

    private void serve(Socket socket) {
      boolean fresh = true;
      try (socket) {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        for (String head = head(in); head != null; head = head(in)) {
          String[] line = head.split(" ", 3);
          arrivals.computeIfAbsent(line[1], id -> new AtomicInteger()).incrementAndGet();
          if (fresh) {
            onFresh.add(line[1]);
            fresh = false;
          }
          in.readNBytes(head.startsWith("POST") ? 3 : 0);
          String answer =
              "HTTP/1.1 200 OK\r\nContent-Length: " + line[1].length() + "\r\n\r\n" + line[1];
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException killed) {
        // Or the proxy has closed it.
      } finally {
        if (fresh) {
          unread.incrementAndGet();
        }
      }
    }

    private static String head(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return null;
        }
        head.append((char) b);
      }
      return head.toString();
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "kills");
    thread.setDaemon(true);
    thread.start();
  }

  private final class Client implements Runnable {
    private final int number;
    private final int port;

    Client(int number, int port) {
      this.number = number;
      this.port = port;
    }

    @Override
    public void run() {
      PlainHttpClient client = new PlainHttpClient(port);
      for (int i = 0; !over; i++) {
        boolean post = i % 5 == 4;
        String id = (post ? "/post-" : "/get-") + number + "-" + i;
        try {
          PlainHttpClient.Answer answer = post ? client.post(id, "n=1") : client.get(id);
          if (answer.status() != 200 || !answer.body().equals(id)) {
            failed.put(id, "status " + answer.status());
          }
        } catch (IOException e) {
          failed.put(id, String.valueOf(e));
          client = new PlainHttpClient(port);
        }
        answered.incrementAndGet();
      }
    }
  }

  private boolean arrived(String failure) {
    return arrivals.containsKey(failure.substring(0, failure.indexOf('=')));
  }

  private final Map<String, String> failed = new ConcurrentHashMap<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean over;

  private void moreAnswers() {
    int before = answered.get();
    await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > before + 20 * CLIENTS);
  }

  @Test
  void noGetFailsThatMayBeSentAgainAndNoPostIsSentTwice() throws Exception {
    List<Origin> origins = List.of(new Origin(), new Origin());
    try (RunningProxyFixture proxy =
        RunningProxyFixture.start(
            folder,
            endpoints(
                Side.OLD, "127.0.0.1:" + origins.get(0).port, "127.0.0.1:" + origins.get(1).port),
            "event-loops = 2")) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Thread thread = new Thread(new Client(i, proxy.port()), "client");
        clients.add(thread);
        thread.start();
      }
      for (int kill = 0; kill < KILLS; kill++) {
        int victim = kill % 2;
        moreAnswers();
        origins.get(victim).kill();
        moreAnswers();
        origins.get(victim).start();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    !proxy
                        .upstreams()
                        .endpoints(Side.OLD)
                        .get(victim)
                        .condition()
                        .health()
                        .equals("down"));
      }
      moreAnswers();
      over = true;
      for (Thread client : clients) {
        client.join();
      }
    }
    for (Origin origin : origins) {
      origin.kill();
    }
    List<String> gets =
        failed.entrySet().stream()
            .filter(e -> e.getKey().startsWith("/get") && !onFresh.contains(e.getKey()))
            .map(Object::toString)
            .toList();
    List<String> twice =
        arrivals.entrySet().stream()
            .filter(e -> e.getKey().startsWith("/post") && e.getValue().get() > 1)
            .map(Map.Entry::getKey)
            .toList();
    assertThat(gets)
        .as("GETs that failed and might have been sent again")
        .hasSizeLessThanOrEqualTo(unread.get());
    assertThat(gets).as("all of them arrived nowhere").allMatch(e -> !arrived(e));
    assertThat(twice).as("POSTs that arrived twice").isEmpty();
    assertThat(failed.size()).as("of %d requests", answered.get()).isLessThan(CLIENTS * KILLS);
  }
}
