package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command: a ramp and a rollback under load, and what came of it. */
@Command(
    name = "verify",
    description = {
      "Walks visitors through a proxy while the percentage goes 0, 10, 25, 50, 100 and back by"
          + " rollback, and says whether a request was lost, doubled or on the wrong side.",
      "Exit code 0: nothing was wrong; 1: something was; 2: usage."
    })
public final class Verify extends LoadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "longest time in all (default ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--requests",
      defaultValue = "120000",
      description = "most requests in all (default ${DEFAULT-VALUE})")
  private int requests;

  @Option(
      names = "--visitors",
      defaultValue = "1000",
      description = "visitors with a cookie jar each (default ${DEFAULT-VALUE})")
  private int visitors;

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "kept-alive connections they share (default ${DEFAULT-VALUE})")
  private int connections;

  @Mixin private final Seed seed = new Seed();

  @Option(
      names = "--proxy",
      paramLabel = "URL",
      description =
          "a proxy that runs already, on loopback, with default settings and --old-port and"
              + " --new-port as its upstreams")
  private @Nullable URI proxy;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "that proxy's admin address (default http://127.0.0.1:9900)")
  private URI admin = URI.create("http://127.0.0.1:9900");

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "holds the operator's token, where the admin API wants one")
  private @Nullable Path tokenFile;

  @Option(
      names = "--old-port",
      paramLabel = "PORT",
      description = "of the old origin (default 8081 with --proxy, else a free one)")
  private @Nullable Integer oldPort;

  @Option(
      names = "--new-port",
      paramLabel = "PORT",
      description = "of the new origin (default 8082 with --proxy, else a free one)")
  private @Nullable Integer newPort;

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new Verify().commandLine().execute(args));
  }

  @Override
  protected boolean isGood(PrintWriter out) throws IOException, InterruptedException {
    Rehearsal.Size size = size();
    Ledger ledger = new Ledger();
    Sessions sessions = new Sessions(size.seed());
    boolean running = proxy != null;
    try (Loops loops = new Loops(2);
        Origin old =
            Origin.start(loops, port(oldPort, running ? 8081 : 0), Side.OLD, ledger, sessions);
        Origin fresh =
            Origin.start(loops, port(newPort, running ? 8082 : 0), Side.NEW, ledger, sessions)) {
      Verdict verdict =
          proxy != null
              ? rehearse(size, loops, address(proxy), address(admin), ledger, sessions)
              : rehearseWithOwn(size, loops, old, fresh, ledger, sessions);
      out.println("seed " + size.seed());
      Report.lines(verdict).forEach(out::println);
      return verdict.good();
    }
  }

  private Verdict rehearseWithOwn(
      Rehearsal.Size size,
      EventLoopGroup loops,
      Origin old,
      Origin fresh,
      Ledger ledger,
      Sessions sessions)
      throws IOException, InterruptedException {
    try (RunningProxy own = RunningProxy.start(launcher(), old.port(), fresh.port())) {
      return rehearse(size, loops, own.traffic(), own.admin(), ledger, sessions);
    }
  }

  private Verdict rehearse(
      Rehearsal.Size size,
      EventLoopGroup loops,
      InetSocketAddress traffic,
      InetSocketAddress adminAddress,
      Ledger ledger,
      Sessions sessions)
      throws IOException, InterruptedException {
    return new Rehearsal(size, loops, traffic, new Admin(loops, adminAddress, token()))
        .run(ledger, sessions);
  }

  private @Nullable String token() throws IOException {
    if (tokenFile == null) {
      return null;
    }
    if (!Files.isReadable(tokenFile)) {
      throw new IOException("There is no token to be read at " + tokenFile);
    }
    return Files.readString(tokenFile).strip();
  }

  private Rehearsal.Size size() {
    int phases = Rehearsal.RAMP.size() + 1;
    try {
      return new Rehearsal.Size(
          visitors,
          connections,
          Duration.ofSeconds(seconds).dividedBy(phases),
          requests / phases,
          PATIENCE,
          seed.chosen());
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private static int port(@Nullable Integer asked, int otherwise) {
    return asked == null ? otherwise : asked;
  }

  private InetSocketAddress address(URI uri) throws IOException {
    if (uri.getHost() == null || uri.getPort() < 0 || !"http".equals(uri.getScheme())) {
      throw usage("An address is http://host:port, not " + uri);
    }
    InetAddress address = InetAddress.getByName(uri.getHost());
    if (!address.isLoopbackAddress()) {
      throw usage("Only loopback is tested, not " + uri.getHost());
    }
    return new InetSocketAddress(address, uri.getPort());
  }
}
