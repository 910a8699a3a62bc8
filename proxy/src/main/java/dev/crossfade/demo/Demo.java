package dev.crossfade.demo;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Two demo shops behind a proxy, all in this process, with 10 % of visitors on the new one. What it
 * writes is in a temporary folder that goes when the demo ends.
 */
public final class Demo implements Closeable {
  private static final int SESSIONS = 100_000;

  private final Deque<Closeable> started = new ArrayDeque<>();
  private int port;
  private int adminPort;
  private String traffic = "";

  private Demo() {}

  /**
   * Where the demo listens, on 127.0.0.1; 0 for any free port.
   *
   * @param port the proxy's traffic
   * @param adminPort the proxy's admin API
   * @param oldPort the old shop
   * @param newPort the new shop
   */
  public record Ports(int port, int adminPort, int oldPort, int newPort) {}

  /**
   * A flow of made-up shoppers.
   *
   * @param perSecond requests a second, about; 0 for none
   * @param tell is told of requests that failed, at most every ten seconds, by any thread
   */
  public record Traffic(int perSecond, Consumer<String> tell) {
    /** Nobody comes. */
    public static final Traffic NONE = new Traffic(0, failures -> {});
  }

  /**
   * Starts all of it.
   *
   * @throws java.net.BindException if a shop's port is taken
   * @throws Exception what the starter throws; nothing is left running then
   */
  public static Demo start(Ports ports, Traffic traffic, ProxyStarter starter) throws Exception {
    Demo demo = new Demo();
    try {
      demo.startAll(ports, traffic, starter);
      return demo;
    } catch (Exception e) {
      try {
        demo.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private void startAll(Ports ports, Traffic flow, ProxyStarter starter) throws Exception {
    // Without traffic nobody looks at charts, and a shop that takes its time only annoys.
    boolean atOnce = flow.perSecond() == 0;
    SessionStore sessions = new MemorySessions(SESSIONS);
    DemoShop oldShop =
        DemoShop.start(
            ShopVersion.OLD,
            loopback(ports.oldPort()),
            sessions,
            atOnce ? Pace.AT_ONCE : Pace.of(ShopVersion.OLD));
    started.push(oldShop::close);
    DemoShop newShop =
        DemoShop.start(
            ShopVersion.NEW,
            loopback(ports.newPort()),
            sessions,
            atOnce ? Pace.AT_ONCE : Pace.of(ShopVersion.NEW));
    started.push(newShop::close);
    Path folder = Files.createTempDirectory("crossfade-demo-");
    started.push(() -> delete(folder));
    Path configuration = folder.resolve("demo.conf");
    Files.writeString(configuration, configuration(ports, oldShop, newShop));
    ProxyStarter.Running proxy = starter.start(configuration);
    started.push(proxy);
    port = proxy.port();
    adminPort = proxy.adminPort();
    if (flow.perSecond() > 0) {
      started.push(Shoppers.start(port, flow));
      traffic =
          """

          About %d requests a second come from made-up shoppers, testers and robots. A few links are dead
          (404), and the new shop is a little slower than the old one. What else fails is told here.
          """
              .formatted(flow.perSecond());
    }
  }

  /** The port of the proxy's traffic. */
  public int port() {
    return port;
  }

  /** The port of the proxy's admin API. */
  public int adminPort() {
    return adminPort;
  }

  /** What there is to try, for people. */
  public String invitation() {
    return """

        Two demo shops run behind Crossfade; 10 %% of visitors get the new one.

          Open the shop           http://127.0.0.1:%1$d/
          Become a tester         http://127.0.0.1:%1$d/enable-upgrade.html   (you get the new shop)
          Be a visitor again      http://127.0.0.1:%1$d/disable-upgrade.html

          Which side did I get?   curl -si http://127.0.0.1:%1$d/ | grep -i x-shop
          As a tester             curl -si -H 'Cookie: upgrade=1' http://127.0.0.1:%1$d/ | grep -i x-shop
          See and change it       http://127.0.0.1:%2$d/
          Raise to 50 %%           curl -s -X PUT -d '{"percent": 50}' http://127.0.0.1:%2$d/split
          Everyone back to old    curl -s -X POST http://127.0.0.1:%2$d/rollback
          How it stands           curl -s http://127.0.0.1:%2$d/split
          Metrics                 curl -s http://127.0.0.1:%2$d/metrics

          Or by the command line  crossfade set 50 --admin http://127.0.0.1:%2$d
                                  crossfade watch --admin http://127.0.0.1:%2$d

        %3$sCtrl-C ends all of it.
        """
        .formatted(port, adminPort, traffic.isEmpty() ? "" : traffic.stripLeading() + "\n");
  }

  /** Ends the traffic first, then the proxy, the shops last, and removes the folder. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static InetSocketAddress loopback(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  /** The state folder is named relative to the file, so that its path needs no quoting. */
  private static String configuration(Ports ports, DemoShop oldShop, DemoShop newShop)
      throws IOException {
    return """
        crossfade {
          listen = [ { address = "127.0.0.1:%d" } ]
          admin { address = "127.0.0.1:%d" }
          session { cookies = ["%s"] }
          upstreams {
            old { endpoints = ["127.0.0.1:%d"] }
            new { endpoints = ["127.0.0.1:%d"] }
          }
          debug-headers = always
          split { initial-percent = 10 }
          drain-timeout = 500ms
          state { store = file, dir = "data" }
        }
        """
        .formatted(
            orFree(ports.port()),
            orFree(ports.adminPort()),
            ShopRequests.COOKIE,
            oldShop.address().getPort(),
            newShop.address().getPort());
  }

  /** A configuration names its ports, so a free one is looked for before. */
  private static int orFree(int port) throws IOException {
    if (port != 0) {
      return port;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(loopback(0));
      return probe.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
