package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: the same visitors with Crossfade and with nginx, and who was moved by which. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Sends the same visitors through a ramp and a rollback, to Crossfade and to nginx with"
          + " split_clients, and counts those who were on the wrong side.",
      "Exit code 0: Crossfade kept everyone on their side; 1: it did not, or the run broke off; 2:"
          + " usage."
    })
public final class Simulate implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

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

  @Option(names = "--seed", description = "of everything random, to see a run again")
  private @Nullable Long seed;

  @Option(
      names = "--launcher",
      paramLabel = "FILE",
      defaultValue = "./crossfade",
      description = "the proxy to start (default ${DEFAULT-VALUE})")
  private Path launcher = Path.of("crossfade");

  @Option(
      names = "--nginx",
      paramLabel = "FILE",
      description = "the nginx to start (default: where it is usually installed)")
  private @Nullable Path nginx;

  @Option(names = "--without-nginx", description = "Crossfade alone")
  private boolean withoutNginx;

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Simulate())
            .setOverwrittenOptionsAllowed(true)
            .setExecutionExceptionHandler(Simulate::say)
            .execute(args));
  }

  private static int say(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    command.getErr().println("simulate: " + e.getMessage());
    return 1;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Simulation.Size size = size(seed == null ? System.nanoTime() : seed);
    Path other = withoutNginx ? null : nginx();
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    try {
      List<Simulation.Result> results = new ArrayList<>();
      results.add(crossfade(size, loops, launcher));
      if (other != null) {
        results.add(nginx(size, loops, other));
      }
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      out.println("seed " + size.seed());
      new Comparison(results).lines().forEach(out::println);
      boolean faithful = Comparison.isFaithful(results.get(0));
      out.println();
      out.println(
          faithful
              ? "good: Crossfade kept all of %d visitors on their side".formatted(size.visitors())
              : "WRONG: Crossfade did not keep everyone on their side; see above");
      return faithful ? 0 : 1;
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
    }
  }

  static Simulation.Result crossfade(Simulation.Size size, EventLoopGroup loops, Path launcher)
      throws IOException, InterruptedException {
    Sessions sessions = new Sessions(~size.seed());
    try (PageOrigin old = PageOrigin.start(loops, Side.OLD, sessions);
        PageOrigin fresh = PageOrigin.start(loops, Side.NEW, sessions);
        Balancer balancer = CrossfadeBalancer.start(launcher, loops, old.port(), fresh.port())) {
      return new Simulation(size, loops, balancer).run();
    }
  }

  static Simulation.Result nginx(Simulation.Size size, EventLoopGroup loops, Path binary)
      throws IOException, InterruptedException {
    Sessions sessions = new Sessions(~size.seed());
    try (PageOrigin old = PageOrigin.start(loops, Side.OLD, sessions);
        PageOrigin fresh = PageOrigin.start(loops, Side.NEW, sessions);
        Balancer balancer = NginxBalancer.start(binary, old.port(), fresh.port())) {
      return new Simulation(size, loops, balancer).run();
    }
  }

  private Path nginx() {
    if (nginx != null) {
      return nginx;
    }
    return NginxBalancer.installed()
        .orElseThrow(
            () -> usage("There is no nginx to compare with; install it or say --without-nginx."));
  }

  private Simulation.Size size(long chosen) {
    try {
      return new Simulation.Size(visitors, threads, chosen);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
