package dev.crossfade.loadtest.scrapes;

import dev.crossfade.loadtest.Count;
import dev.crossfade.loadtest.LoadTest;
import dev.crossfade.loadtest.RunningProxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs Crossfade with many endpoints under a steady load, with and without somebody who scrapes.
 */
@Command(
    name = "scrapes",
    description = {
      "Starts Crossfade with many endpoints and a steady load, and prints how long a scrape of the"
          + " metrics takes, and the latency of the traffic with scrapes beside that without.",
      "Exit code 0: the median scrape takes less than the limit; 1: it does not; 2: usage."
    })
public final class Scrapes extends LoadTest {
  private static final String PAGE =
      "GET /page HTTP/1.1\r\nHost: shop\r\nCookie: PHPSESSID=%s\r\n\r\n";
  private static final String METRICS =
      String.join(
          "\r\n",
          "GET /metrics HTTP/1.1",
          "Host: localhost",
          "Accept: application/openmetrics-text; version=1.0.0",
          "",
          "");

  @Option(
      names = "--endpoints",
      defaultValue = "200",
      converter = Count.class,
      description = "of both sides together (default ${DEFAULT-VALUE})")
  private int endpoints;

  @Option(
      names = "--clients",
      defaultValue = "20",
      converter = Count.class,
      description = "kept-alive connections (default ${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--rate",
      defaultValue = "2000",
      converter = Count.class,
      description = "requests a second (default ${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--rounds",
      defaultValue = "6",
      converter = Count.class,
      description = "with scrapes, and as many without (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      converter = Count.class,
      description = "of each round (default ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--interval-millis",
      defaultValue = "1000",
      converter = Count.class,
      description = "between two scrapes (default ${DEFAULT-VALUE})")
  private int intervalMillis;

  @Option(
      names = "--limit-millis",
      defaultValue = "50",
      converter = Count.class,
      description = "what the median scrape may take (default ${DEFAULT-VALUE})")
  private int limitMillis;

  private final List<PacedClient> traffic = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new Scrapes().commandLine().execute(args));
  }

  @Override
  protected boolean isGood(PrintWriter out)
      throws IOException, ExecutionException, InterruptedException {
    if (endpoints < 2) {
      throw usage("Each side has an endpoint: two of them at least.");
    }
    try (ManyEndpoints applications = new ManyEndpoints(endpoints);
        RunningProxy proxy =
            RunningProxy.start(
                launcher(),
                applications.ports().subList(0, endpoints / 2),
                applications.ports().subList(endpoints / 2, endpoints));
        PacedClient scraper = new PacedClient(proxy.admin().getPort(), METRICS)) {
      return measure(out, proxy.traffic().getPort(), scraper);
    } finally {
      for (PacedClient client : traffic) {
        client.close();
      }
      threads.shutdownNow();
    }
  }

  /** Rounds with and without take turns, so that what else the machine does falls on both alike. */
  private boolean measure(PrintWriter out, int port, PacedClient scraper)
      throws IOException, ExecutionException, InterruptedException {
    for (int i = 0; i < clients; i++) {
      traffic.add(new PacedClient(port, PAGE.formatted("visitor" + i)));
    }
    out.printf(
        "%d endpoints, %d requests a second on %d connections, %d rounds of %d s each way%n",
        endpoints, rate, clients, rounds, seconds);
    round(scraper); // to get warm
    List<long[]> without = new ArrayList<>();
    List<long[]> with = new ArrayList<>();
    List<long[]> scrapes = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      without.add(round(null).latencies());
      Round scraped = round(scraper);
      with.add(scraped.latencies());
      scrapes.add(scraped.scrapes());
    }
    long[] took = sorted(scrapes);
    out.printf(
        "a scrape of %d bytes: median %.1f ms, greatest %.1f ms, of %d%n",
        scraper.exchange(), millis(took, 0.5), millis(took, 1), took.length);
    out.printf("%-18s %9s %9s %9s%n", "traffic", "p50 ms", "p99 ms", "p99.9 ms");
    print(out, "without scrapes", sorted(without));
    print(out, "with scrapes", sorted(with));
    out.printf(
        "p99 with / without: %.3f%n", millis(sorted(with), 0.99) / millis(sorted(without), 0.99));
    return millis(took, 0.5) < limitMillis;
  }

  private static void print(PrintWriter out, String name, long[] sorted) {
    out.printf(
        "%-18s %9.2f %9.2f %9.2f%n",
        name, millis(sorted, 0.5), millis(sorted, 0.99), millis(sorted, 0.999));
  }

  private static long[] sorted(List<long[]> parts) {
    return parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
  }

  private static double millis(long[] sorted, double share) {
    int at = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, at)] / 1e6;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Round(long[] latencies, long[] scrapes) {}

  /**
   * @param scraper null for a round without
   */
  private Round round(@Nullable PacedClient scraper)
      throws IOException, ExecutionException, InterruptedException {
    long interval = clients * 1_000_000_000L / rate;
    int requests = (int) (seconds * 1_000_000_000L / interval);
    long begin = System.nanoTime() + 100_000_000L;
    List<Future<long[]>> running = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      PacedClient client = traffic.get(i);
      long first = begin + i * interval / clients;
      running.add(threads.submit(() -> client.run(requests, first, interval)));
    }
    long[] scrapes = new long[0];
    if (scraper != null) {
      int count = Math.max(1, seconds * 1000 / intervalMillis);
      scrapes = scraper.run(count, begin, intervalMillis * 1_000_000L);
    }
    LongStream latencies = LongStream.empty();
    for (Future<long[]> client : running) {
      latencies = LongStream.concat(latencies, Arrays.stream(client.get()));
    }
    return new Round(latencies.toArray(), scrapes);
  }
}
