package dev.crossfade.loadtest.kills;

import dev.crossfade.loadtest.Count;
import dev.crossfade.loadtest.LoadTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: what kills of endpoints cost behind each of several proxies. */
@Command(
    name = "kills",
    description = {
      "Kills and starts one of two endpoints after the other while clients go on, behind Crossfade"
          + " and others, and prints what it cost.",
      "Exit code 0: Crossfade lost no GET that may be sent again and sent no POST twice; 1: it did;"
          + " 2: usage."
    })
public final class Kills extends LoadTest {
  @Option(
      names = "--kills",
      defaultValue = "100",
      converter = Count.class,
      description = "how often an endpoint is killed (default ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--clients",
      defaultValue = "64",
      converter = Count.class,
      description = "kept-alive connections (default ${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--up-millis",
      defaultValue = "1500",
      converter = Count.class,
      description = "both up before the next kill (default ${DEFAULT-VALUE})")
  private int upMillis;

  @Option(
      names = "--down-millis",
      defaultValue = "300",
      converter = Count.class,
      description = "one gone (default ${DEFAULT-VALUE})")
  private int downMillis;

  @Option(
      names = "--proxies",
      split = ",",
      description = "which of crossfade, nginx, haproxy (default all)")
  private List<String> proxies = List.of("crossfade", "nginx", "haproxy");

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new Kills().commandLine().execute(args));
  }

  @Override
  protected boolean isGood(PrintWriter out) throws IOException, InterruptedException {
    List<Contestant> wanted = new ArrayList<>();
    for (String name : proxies) {
      wanted.add(contestant(name));
    }
    for (Contestant contestant : wanted) {
      // Now, and not when the others have had their minutes.
      Path unused = contestant.program(launcher());
    }
    KillRun run =
        new KillRun(
            launcher(), kills, clients, Duration.ofMillis(upMillis), Duration.ofMillis(downMillis));
    out.printf("%d kills, %d clients%n", kills, clients);
    out.printf(
        "%-10s %10s %8s %13s %22s %13s %14s%n",
        "proxy",
        "requests",
        "1/s",
        "GETs failed",
        "GETs on fresh failed",
        "POSTs failed",
        "POSTs doubled");
    boolean good = true;
    for (Contestant contestant : wanted) {
      KillRun.Outcome outcome = run.with(contestant);
      out.printf(
          "%-10s %10d %8d %13d %22d %13d %14d %s%n",
          contestant.label(),
          outcome.requests(),
          outcome.requestsPerSecond(),
          outcome.gets(),
          outcome.getsOnFresh(),
          outcome.posts(),
          outcome.postsTwice(),
          outcome.gets() == 0 ? "" : outcome.getsBy());
      out.flush();
      if (contestant == Contestant.CROSSFADE) {
        good = outcome.gets() == 0 && outcome.postsTwice() == 0;
      }
    }
    return good;
  }

  private Contestant contestant(String name) {
    return Arrays.stream(Contestant.values())
        .filter(known -> known.label().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> usage("There is no proxy " + name + "."));
  }
}
