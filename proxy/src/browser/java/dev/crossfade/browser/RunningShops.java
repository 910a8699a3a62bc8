package dev.crossfade.browser;

import dev.crossfade.demo.DemoShop;
import dev.crossfade.demo.MemorySessions;
import dev.crossfade.demo.SessionStore;
import dev.crossfade.demo.ShopVersion;
import dev.crossfade.testing.ChildProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The two demo shops in this process, and the product as a process of its own in front of them. */
public final class RunningShops implements AutoCloseable {
  private static final int SESSIONS = 10_000;

  private final Path folder;
  private final Path configuration;
  private final int port = ChildProcess.freePort();
  private final int adminPort = ChildProcess.freePort();
  private final DemoShop oldShop;
  private final DemoShop newShop;
  private ChildProcess proxy;

  /**
   * Starts all of it.
   *
   * @param folder for configuration, state and log
   * @param lines of the configuration, without the root: {@code failover = off}
   */
  public RunningShops(Path folder, String... lines) throws Exception {
    this.folder = folder;
    SessionStore sessions = new MemorySessions(SESSIONS);
    oldShop = DemoShop.start(ShopVersion.OLD, anyPort(), sessions);
    newShop = DemoShop.start(ShopVersion.NEW, anyPort(), sessions);
    configuration = Files.writeString(folder.resolve("crossfade.conf"), configuration(lines));
    startProxy();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private String configuration(String... lines) {
    return Stream.concat(
            Stream.of(
                "listen = [{ address = \"127.0.0.1:" + port + "\" }]",
                "admin.address = \"127.0.0.1:" + adminPort + "\"",
                "upstreams.old.endpoints = [\"127.0.0.1:" + oldShop.address().getPort() + "\"]",
                "upstreams.new.endpoints = [\"127.0.0.1:" + newShop.address().getPort() + "\"]",
                "drain-timeout = 500ms"),
            Stream.of(lines))
        .map(line -> "crossfade." + line + "\n")
        .collect(Collectors.joining());
  }

  /** Starts the proxy again after {@link #stopProxy}, on the same ports and with the same state. */
  public void startProxy() throws Exception {
    proxy = ChildProcess.startCrossfade(folder, configuration);
  }

  /** Ends the proxy. */
  public void stopProxy() {
    proxy.close();
  }

  /** Where the shop is, without a slash at the end. */
  public String shop() {
    return "http://127.0.0.1:" + port;
  }

  /** Where the admin API is, without a slash at the end. */
  public String admin() {
    return "http://127.0.0.1:" + adminPort;
  }

  /** The port of the proxy's traffic. */
  public int port() {
    return port;
  }

  /** The port of the proxy's admin API. */
  public int adminPort() {
    return adminPort;
  }

  @Override
  public void close() {
    stopProxy();
    newShop.close();
    oldShop.close();
  }
}
