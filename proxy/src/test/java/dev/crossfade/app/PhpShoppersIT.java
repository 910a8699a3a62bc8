package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Installed;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two PHP applications with one session folder, and shoppers who walk through them. {@code php -S}
 * closes every connection after its answer, as old applications do.
 */
class PhpShoppersIT {
  private static final int SHOPPERS = 200;
  private static final int AT_ONCE = 8;
  private static final Path SHOPS = Path.of("src", "test", "php");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private final List<ChildProcess> children = new ArrayList<>();
  private int oldPort;
  private int newPort;

  @BeforeEach
  void openTheShops() throws Exception {
    Installed.require("php", "php-cli");
    Path sessions = Files.createDirectory(folder.resolve("sessions"));
    oldPort = openShop("old", sessions);
    newPort = openShop("new", sessions);
  }

  @AfterEach
  void closeThem() throws Exception {
    for (int i = children.size() - 1; i >= 0; i--) {
      children.get(i).close();
    }
  }

  @Test
  void theTwoShopsShareTheirSessions() throws Exception {
    try (PlainHttpClient atOld = new PlainHttpClient(oldPort);
        PlainHttpClient atNew = new PlainHttpClient(newPort)) {
      atOld.post("/cart", "item=tea");
      String first = atOld.cookies().get("PHPSESSID");
      atNew.cookies().putAll(atOld.cookies());
      assertThat(cartIn(atNew.post("/cart", "item=cups"))).containsExactly("tea", "cups");
      atNew.post("/login", "name=ann");
      assertThat(atNew.cookies().get("PHPSESSID")).isNotEqualTo(first);
      atOld.cookies().putAll(atNew.cookies());
      JsonNode ordered = json(atOld.post("/checkout", "")).path("ordered");
      assertThat(ordered.toString()).isEqualTo("[\"tea\",\"cups\"]");
    }
  }

  @Test
  void shoppersKeepTheirCartAndTheirSideWhileTheSplitChanges() throws Exception {
    int port = ChildProcess.freePort();
    int adminPort = ChildProcess.freePort();
    children.add(ChildProcess.startCrossfade(folder, configuration(port, adminPort)));
    Split split = new Split(adminPort);
    List<Shopper> shoppers =
        IntStream.range(0, SHOPPERS).mapToObj(i -> new Shopper(i, port, split)).toList();

    walk(shoppers, Shopper::browse, () -> {});
    walk(shoppers, s -> s.add("tea"), () -> split.set(10));
    walk(shoppers, s -> s.add("coffee"), () -> {});
    walk(shoppers, Shopper::login, () -> split.set(50));
    walk(shoppers, s -> s.add("cups"), () -> {});
    walk(shoppers, Shopper::browse, () -> split.set(100));
    walk(shoppers, Shopper::checkOut, () -> {});
    walk(shoppers, s -> s.add("sugar"), split::rollback);
    walk(shoppers, Shopper::login, () -> {});
    walk(shoppers, Shopper::checkOut, () -> {});

    assertThat(shoppers).allMatch(s -> s.onNew);
    assertThat(shoppers).anyMatch(s -> s.bucket < 1_000).anyMatch(s -> s.bucket >= 5_000);
    for (Shopper shopper : shoppers) {
      shopper.client.close();
    }
  }

  private interface Step {
    void take(Shopper shopper) throws IOException;
  }

  private interface Change {
    void make() throws IOException;
  }

  /** Everyone takes one step; the change is made when half of them have taken it. */
  private static void walk(List<Shopper> shoppers, Step step, Change change) throws Exception {
    CountDownLatch half = new CountDownLatch(shoppers.size() / 2);
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Void>> steps = new ArrayList<>();
      for (Shopper shopper : shoppers) {
        Callable<Void> one =
            () -> {
              try {
                step.take(shopper);
              } finally {
                half.countDown();
              }
              return null;
            };
        steps.add(threads.submit(one));
      }
      assertThat(half.await(2, TimeUnit.MINUTES)).isTrue();
      change.make();
      for (Future<Void> taken : steps) {
        taken.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * The percentage as it was set. Its turn is even while it stands and odd while it changes, so
   * that a request knows which states may have decided it.
   */
  private static final class Split {
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Integer> thresholds = new CopyOnWriteArrayList<>();
    private final int adminPort;

    Split(int adminPort) {
      this.adminPort = adminPort;
      thresholds.add(0);
    }

    void set(int percent) throws IOException {
      change(percent, "PUT", "/split", "{\"percent\":" + percent + "}");
    }

    void rollback() throws IOException {
      change(0, "POST", "/rollback", "{\"reason\":\"orders are missing\"}");
    }

    int turn() {
      return turn.get();
    }

    /** Whether one of the states from this turn to that one has such a threshold. */
    boolean any(int from, int to, IntPredicate threshold) {
      return thresholds.subList(from / 2, (to + 1) / 2 + 1).stream()
          .mapToInt(t -> t)
          .anyMatch(threshold);
    }

    private void change(int percent, String method, String path, String json) throws IOException {
      thresholds.add(percent * 100);
      turn.incrementAndGet();
      try (PlainHttpClient admin = new PlainHttpClient(adminPort)) {
        Answer answer =
            admin.request(
                method, path, List.of(new Field("Content-Type", "application/json")), json);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      }
      turn.incrementAndGet();
    }
  }

  /** One person, of three habits: comes with nothing, comes with a session, or drops our cookie. */
  private static final class Shopper {
    private final String name;
    private final PlainHttpClient client;
    private final Split split;
    private final boolean forgetful;
    private final List<String> cart = new ArrayList<>();
    private int bucket = -1;
    private boolean onNew;

    Shopper(int number, int port, Split split) {
      name = "shopper" + number;
      client = new PlainHttpClient(port);
      this.split = split;
      forgetful = number % 3 == 2;
      if (number % 3 == 1) {
        String session = "session" + number;
        client.cookies().put("PHPSESSID", session);
        bucket = bucketOf(session);
      }
    }

    void browse() throws IOException {
      int turn = split.turn();
      check(turn, client.get("/"));
    }

    void add(String item) throws IOException {
      int turn = split.turn();
      Answer answer = client.post("/cart", "item=" + item);
      cart.add(item);
      check(turn, answer);
    }

    void login() throws IOException {
      String before = client.cookies().get("PHPSESSID");
      int turn = split.turn();
      check(turn, client.post("/login", "name=" + name));
      assertThat(client.cookies().get("PHPSESSID")).as(name).isNotNull().isNotEqualTo(before);
    }

    void checkOut() throws IOException {
      int turn = split.turn();
      Answer answer = client.post("/checkout", "");
      List<String> ordered = new ArrayList<>();
      json(answer).path("ordered").forEach(item -> ordered.add(item.asString()));
      assertThat(ordered).as(name).isEqualTo(cart);
      cart.clear();
      check(turn, answer);
    }

    private void check(int turnBefore, Answer answer) {
      int turnAfter = split.turn();
      assertThat(answer.status()).as(name + ": " + answer.body()).isEqualTo(200);
      assertThat(cartIn(answer)).as(name).isEqualTo(cart);
      checkBucket(answer);
      boolean seenOnNew = json(answer).path("shop").asString().equals("new");
      assertThat(split.any(turnBefore, turnAfter, t -> seenOnNew == bucket < t))
          .as(name + " with bucket " + bucket + ", on new: " + seenOnNew)
          .isTrue();
      onNew |= seenOnNew;
      if (forgetful) {
        client.cookies().remove("crossfade");
      }
    }

    private void checkBucket(Answer answer) {
      int said = Integer.parseInt(answer.field("X-Crossfade-Bucket").orElseThrow());
      if (bucket < 0) {
        bucket = said;
      }
      assertThat(said).as(name).isEqualTo(bucket);
    }

    private static int bucketOf(String session) {
      long hash = Hashing.xxh64().hashBytesToLong(session.getBytes(StandardCharsets.US_ASCII));
      return (int) Long.remainderUnsigned(hash, 10_000);
    }
  }

  private static JsonNode json(Answer answer) {
    return JSON.readTree(answer.body());
  }

  private static List<String> cartIn(Answer answer) {
    List<String> cart = new ArrayList<>();
    json(answer).path("cart").forEach(item -> cart.add(item.asString()));
    return cart;
  }

  private int openShop(String name, Path sessions) throws IOException {
    int port = ChildProcess.freePort();
    ChildProcess shop =
        ChildProcess.start(
            SHOPS.resolve(name),
            folder.resolve(name + ".log"),
            Map.of("PHP_CLI_SERVER_WORKERS", "4"),
            List.of(
                "php",
                "-d",
                "session.save_path=" + sessions,
                "-d",
                "session.gc_probability=0",
                "-S",
                "127.0.0.1:" + port,
                "router.php"));
    children.add(shop);
    shop.awaitPort(port);
    return port;
  }

  private Path configuration(int port, int adminPort) throws IOException {
    return Files.writeString(
        folder.resolve("crossfade.conf"),
        """
        crossfade {
          listen = [ { address = "127.0.0.1:%d" } ]
          admin { address = "127.0.0.1:%d" }
          upstreams {
            old { endpoints = ["127.0.0.1:%d"] }
            new { endpoints = ["127.0.0.1:%d"] }
          }
          debug-headers = always
          drain-timeout = 5s
          state { store = file, dir = "data" }
        }
        """
            .formatted(port, adminPort, oldPort, newPort));
  }
}
