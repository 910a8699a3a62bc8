package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.admin.RegisterHistory.Kind;
import dev.crossfade.admin.RegisterHistory.Operation;
import dev.crossfade.testing.Chance;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sixteen clients read and change the control state at random, over HTTP, with the store on the
 * disk; what they were told must be the story of one register. The same clients are let loose on
 * registers that are broken on purpose, to show that the check can fail.
 */
class LinearizabilityTest {
  private static final int CLIENTS = 16;
  private static final int OPERATIONS = 60;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** No two changes have the same value, so that none is one that changes nothing. */
  private final AtomicInteger values = new AtomicInteger();

  private final RegisterHistory history = new RegisterHistory();

  /** A version and its value. */
  private record Versioned(long version, int value) {}

  /** A register with versions, as one client sees it. */
  private interface Register extends AutoCloseable {
    Versioned read() throws IOException;

    /**
     * Writes.
     *
     * @param named the version to build on, 0 for any
     * @return version and value of the answer, the value -1 if it was refused
     */
    Versioned write(long named, int value) throws IOException;

    @Override
    default void close() throws IOException {}
  }

  private interface Connecting {
    Register connect();
  }

  /** The control state: revision and hundredths of a percent. */
  private record OverHttp(PlainHttpClient client) implements Register {
    @Override
    public Versioned read() throws IOException {
      return versioned(client.get("/split"));
    }

    @Override
    public Versioned write(long named, int value) throws IOException {
      List<Field> fields = new ArrayList<>();
      if (named != 0) {
        fields.add(new Field("If-Match", "\"" + named + "\""));
      }
      String percent = value / 100 + "." + String.format("%02d", value % 100);
      Answer answer = client.request("PUT", "/split", fields, "{\"percent\": " + percent + "}");
      if (answer.status() == 412) {
        String tag = answer.field("ETag").orElseThrow();
        return new Versioned(Long.parseLong(tag.substring(1, tag.length() - 1)), -1);
      }
      return versioned(answer);
    }

    private static Versioned versioned(Answer answer) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      JsonNode state = JSON.readTree(answer.body());
      return new Versioned(
          state.path("revision").asLong(),
          state.path("percent").decimalValue().movePointRight(2).intValueExact());
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  private void visit(int number, Random random, Connecting connecting) throws IOException {
    long known = 0;
    try (Register register = connecting.connect()) {
      for (int i = 0; i < OPERATIONS; i++) {
        boolean reads = random.nextInt(3) == 0;
        long named = reads || random.nextInt(6) == 0 ? 0 : known;
        int value = reads ? 0 : values.incrementAndGet();
        long began = System.nanoTime();
        Versioned answer = reads ? register.read() : register.write(named, value);
        long ended = System.nanoTime();
        Kind kind = reads ? Kind.READ : answer.value < 0 ? Kind.REFUSED : Kind.WRITE;
        history.add(new Operation(number, kind, named, answer.version, answer.value, began, ended));
        known = answer.version;
      }
    }
  }

  private void letLoose(Connecting connecting) throws Exception {
    long seed = Chance.seed();
    System.out.println("seed " + seed);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(
            threads.submit(
                () -> {
                  visit(number, new Random(seed + number), connecting);
                  return null;
                }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theControlStateIsOneRegister(@TempDir Path folder) throws Exception {
    try (AdminFixture admin = new AdminFixture(folder)) {
      letLoose(() -> new OverHttp(new PlainHttpClient(admin.address.getPort())));
      assertThat(history.violations(1, 0)).isEmpty();
      long writes = history.count(Kind.WRITE);
      assertThat(admin.control.get().state().revision()).isEqualTo(1 + writes);
      assertThat(admin.control.history().newest(10_000)).hasSize((int) (1 + writes));
    }
    assertThat(history.count(Kind.READ)).isGreaterThan(100);
    assertThat(history.count(Kind.WRITE)).isGreaterThan(50);
    assertThat(history.count(Kind.REFUSED)).as("clients were in each other's way").isPositive();
  }

  /** A register in memory that is right, or wrong in one way. */
  private static final class InMemory implements Register {
    private static final Versioned FIRST = new Versioned(1, 0);

    private final @Nullable String flaw;
    private Versioned present = FIRST;
    private int calls;

    /** All clients at once, or they would go one after the other and never meet. */
    private final CyclicBarrier together = new CyclicBarrier(CLIENTS);

    InMemory(@Nullable String flaw) {
      this.flaw = flaw;
    }

    private void meet() throws IOException {
      try {
        together.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IOException(e);
      }
    }

    @Override
    public Versioned read() throws IOException {
      meet();
      return readNow();
    }

    @Override
    public Versioned write(long named, int value) throws IOException {
      meet();
      return writeNow(named, value);
    }

    private synchronized Versioned readNow() {
      calls++;
      return "stale reads".equals(flaw) && calls % 10 == 0 ? FIRST : present;
    }

    private synchronized Versioned writeNow(long named, int value) {
      calls++;
      boolean careless = "lost updates".equals(flaw) && calls % 10 == 0;
      if (named != 0 && named != present.version && !careless) {
        return new Versioned(present.version, -1);
      }
      boolean again = "versions given twice".equals(flaw) && calls % 10 == 0;
      present = new Versioned(present.version + (again ? 0 : 1), value);
      return present;
    }
  }

  @Test
  void aRegisterThatIsRightPasses() throws Exception {
    InMemory register = new InMemory(null);
    letLoose(() -> register);
    assertThat(history.violations(1, 0)).isEmpty();
  }

  @Test
  void lostUpdatesAreFound() throws Exception {
    InMemory register = new InMemory("lost updates");
    letLoose(() -> register);
    assertThat(history.violations(1, 0)).anyMatch(v -> v.startsWith("an update was lost"));
  }

  @Test
  void staleReadsAreFound() throws Exception {
    InMemory register = new InMemory("stale reads");
    letLoose(() -> register);
    assertThat(history.violations(1, 0)).anyMatch(v -> v.startsWith("it went back"));
  }

  @Test
  void versionsGivenTwiceAreFound() throws Exception {
    InMemory register = new InMemory("versions given twice");
    letLoose(() -> register);
    assertThat(history.violations(1, 0)).anyMatch(v -> v.startsWith("a version was made twice"));
  }
}
