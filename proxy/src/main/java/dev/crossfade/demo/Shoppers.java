package dev.crossfade.demo;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A modest and even flow of {@link Shopper}s through the proxy, so that there is something to see.
 * It is no measurement: the JDK's client sends some requests again by itself. What fails all the
 * same is told. All of it runs on one thread of its own.
 */
final class Shoppers implements Closeable {
  /** Each looks at a page for about so long before the next. */
  private static final int SECONDS_A_PAGE = 3;

  private static final Duration A_REPORT = Duration.ofSeconds(10);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "shoppers");
            made.setDaemon(true);
            return made;
          });
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(thread).build();
  private final RandomGenerator random = new SplittableRandom();
  private final Deque<Shopper> present = new ArrayDeque<>();
  private final URI site;
  private final Demo.Traffic traffic;

  private int asked;
  private int failed;
  private String lastFailure = "";

  private Shoppers(int port, Demo.Traffic traffic) {
    site = URI.create("http://127.0.0.1:" + port + "/");
    this.traffic = traffic;
    for (int i = 0; i < traffic.perSecond() * SECONDS_A_PAGE; i++) {
      present.add(new Shopper(site, random));
    }
  }

  /**
   * Starts it.
   *
   * @param port where the shop is, on 127.0.0.1
   */
  static Shoppers start(int port, Demo.Traffic traffic) {
    return start(port, traffic, A_REPORT);
  }

  /**
   * Starts it.
   *
   * @param port where the shop is, on 127.0.0.1
   * @param report after how long what failed is told, each time
   */
  static Shoppers start(int port, Demo.Traffic traffic, Duration report) {
    Shoppers shoppers = new Shoppers(port, traffic);
    long between = TimeUnit.SECONDS.toNanos(1) / traffic.perSecond();
    shoppers.every(between, shoppers::step);
    shoppers.every(report.toNanos(), shoppers::report);
    return shoppers;
  }

  private void every(long nanos, Runnable task) {
    var unused = thread.scheduleAtFixedRate(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Whose turn it is does one thing. Who waits for an answer is not in the line. */
  private void step() {
    Shopper shopper = present.poll();
    if (shopper == null) {
      // All of them wait; a slow shop gets no more than they are.
      return;
    }
    asked++;
    var unused =
        http.sendAsync(shopper.next(), HttpResponse.BodyHandlers.ofString())
            .whenCompleteAsync((answer, failure) -> answered(shopper, answer, failure), thread);
  }

  private void answered(
      Shopper shopper, @Nullable HttpResponse<String> answer, @Nullable Throwable failure) {
    String wrong = answer == null ? String.valueOf(failure) : taken(shopper, answer);
    if (answer == null) {
      shopper.lost();
    }
    if (!wrong.isEmpty()) {
      failed++;
      lastFailure = wrong;
    }
    present.add(shopper.leaves() && !shopper.comesBack() ? new Shopper(site, random) : shopper);
  }

  private static String taken(Shopper shopper, HttpResponse<String> answer) {
    try {
      return shopper.take(answer);
    } catch (IOException e) {
      shopper.lost();
      return e.toString();
    }
  }

  /** Tells what has failed since it was last told. */
  private void report() {
    if (failed > 0) {
      traffic
          .tell()
          .accept(
              "traffic: %d of the last %d requests failed; the last one: %s"
                  .formatted(failed, asked, lastFailure));
    }
    asked = 0;
    failed = 0;
  }

  /** Ends it at once; requests under way are broken off. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
