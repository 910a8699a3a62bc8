package dev.crossfade.loadtest.kills;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command: what kills of endpoints cost behind each of several proxies. */
@Command(
    name = "kills",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Kills and starts one of two endpoints after the other while clients go on, behind Crossfade"
          + " and others, and prints what it cost.",
      "Exit code 0: Crossfade lost no GET that may be sent again and sent no POST twice; 1: it did;"
          + " 2: usage."
    })
public final class Kills implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--kills",
      defaultValue = "100",
      description = "how often an endpoint is killed (default ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--clients",
      defaultValue = "64",
      description = "kept-alive connections (default ${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--up-millis",
      defaultValue = "1500",
      description = "both up before the next kill (default ${DEFAULT-VALUE})")
  private int upMillis;

  @Option(
      names = "--down-millis",
      defaultValue = "300",
      description = "one gone (default ${DEFAULT-VALUE})")
  private int downMillis;

  @Option(
      names = "--proxies",
      split = ",",
      description = "which of crossfade, nginx, haproxy (default all)")
  private List<String> proxies = List.of("crossfade", "nginx", "haproxy");

  @Option(
      names = "--launcher",
      paramLabel = "FILE",
      defaultValue = "./crossfade",
      description = "of Crossfade (default ${DEFAULT-VALUE})")
  private Path launcher = Path.of("crossfade");

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Kills()).setOverwrittenOptionsAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
    PrintWriter out = line.getOut();
    List<Contestant> wanted = new ArrayList<>();
    for (String name : proxies) {
      wanted.add(contestant(line, name));
    }
    KillRun run =
        new KillRun(
            launcher.toAbsolutePath(),
            kills,
            clients,
            Duration.ofMillis(upMillis),
            Duration.ofMillis(downMillis));
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
          contestant.name().toLowerCase(Locale.ROOT),
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
    return good ? 0 : 1;
  }

  private static Contestant contestant(CommandLine line, String name) {
    return Arrays.stream(Contestant.values())
        .filter(known -> known.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () -> new CommandLine.ParameterException(line, "There is no proxy " + name + "."));
  }
}
