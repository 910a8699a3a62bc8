package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command: the same visitors with Crossfade and with nginx, and who was moved by which. */
@Command(
    name = "simulate",
    description = {
      "Sends the same visitors through a ramp and a rollback, to Crossfade and to nginx with"
          + " split_clients, and counts those who were on the wrong side.",
      "Exit code 0: Crossfade kept everyone on their side; 1: it did not, or the run broke off; 2:"
          + " usage."
    })
public final class Simulate extends LoadTest {
  @Option(
      names = "--visitors",
      defaultValue = "100000",
      description = "with a cookie jar each (default ${DEFAULT-VALUE})")
  private int visitors;

  @Option(
      names = "--threads",
      defaultValue = "32",
      description =
          "visitors at the same time, with up to three connections each (default"
              + " ${DEFAULT-VALUE})")
  private int threads;

  @Mixin private final Seed seed = new Seed();

  @Option(
      names = "--nginx",
      paramLabel = "FILE",
      description = "the nginx to start (default: where it is usually installed)")
  private @Nullable Path nginx;

  @Option(names = "--without-nginx", description = "Crossfade alone")
  private boolean withoutNginx;

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new Simulate().commandLine().execute(args));
  }

  @Override
  protected boolean isGood(PrintWriter out) throws IOException, InterruptedException {
    Simulation.Size size = size();
    Path other = withoutNginx ? null : nginx();
    try (Loops loops = new Loops(2)) {
      List<Simulation.Result> results = new ArrayList<>();
      results.add(crossfade(size, loops, launcher()));
      if (other != null) {
        results.add(nginx(size, loops, other));
      }
      out.println("seed " + size.seed());
      new Comparison(results).lines().forEach(out::println);
      boolean faithful = Comparison.isFaithful(results.get(0));
      out.println();
      out.println(
          faithful
              ? "good: Crossfade kept all of %d visitors on their side".formatted(size.visitors())
              : "WRONG: Crossfade did not keep everyone on their side; see above");
      return faithful;
    }
  }

  /** Starts a balancer in front of two applications. */
  interface Start {
    Balancer before(int oldPort, int newPort) throws IOException, InterruptedException;
  }

  static Simulation.Result crossfade(Simulation.Size size, EventLoopGroup loops, Path launcher)
      throws IOException, InterruptedException {
    return with(
        size,
        loops,
        (oldPort, newPort) -> CrossfadeBalancer.start(launcher, loops, oldPort, newPort));
  }

  static Simulation.Result nginx(Simulation.Size size, EventLoopGroup loops, Path binary)
      throws IOException, InterruptedException {
    return with(size, loops, (oldPort, newPort) -> NginxBalancer.start(binary, oldPort, newPort));
  }

  /** The simulation with two applications of its own. */
  static Simulation.Result with(Simulation.Size size, EventLoopGroup loops, Start start)
      throws IOException, InterruptedException {
    Sessions sessions = new Sessions(~size.seed());
    try (PageOrigin old = PageOrigin.start(loops, Side.OLD, sessions);
        PageOrigin fresh = PageOrigin.start(loops, Side.NEW, sessions);
        Balancer balancer = start.before(old.port(), fresh.port())) {
      return new Simulation(size, loops, balancer).run();
    }
  }

  private Path nginx() throws IOException {
    if (nginx != null && !Files.isExecutable(nginx)) {
      throw new IOException("There is no nginx at " + nginx.toAbsolutePath().normalize());
    }
    return Optional.ofNullable(nginx)
        .or(() -> Installed.program("nginx"))
        .orElseThrow(
            () ->
                new IOException(
                    "There is no nginx to compare with; install it or say --without-nginx."));
  }

  private Simulation.Size size() {
    try {
      return new Simulation.Size(visitors, threads, seed.chosen());
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }
}
