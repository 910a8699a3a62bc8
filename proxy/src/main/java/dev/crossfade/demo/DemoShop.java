package dev.crossfade.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One version of a small shop over HTTP/1.1, to have something to split visitors between. It is a
 * demo: any name logs in, and nothing is ever delivered.
 */
public final class DemoShop implements AutoCloseable {
  private static final int THREADS = 8;

  static {
    // The JDK's server sends head and body in two writes; without this the second waits for the
    // client's acknowledgement of the first.
    preset("sun.net.httpserver.nodelay", "true");
    // A proxy keeps connections for the next request; closing them early would break a POST on its
    // way. Seconds, and how many.
    preset("sun.net.httpserver.idleInterval", "600");
    preset("sun.net.httpserver.maxIdleConnections", "4096");
  }

  private final HttpServer server;
  private final ScheduledExecutorService threads;

  private DemoShop(HttpServer server, ScheduledExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts a shop that answers as fast as it can.
   *
   * @param address where it listens; port 0 for any free one
   * @param sessions shared with the other shop
   * @throws BindException if the address is in use or not ours; the message names it
   * @throws IOException if listening fails otherwise
   */
  public static DemoShop start(
      ShopVersion version, InetSocketAddress address, SessionStore sessions) throws IOException {
    return start(version, address, sessions, Pace.AT_ONCE);
  }

  /**
   * Starts a shop.
   *
   * @param address where it listens; port 0 for any free one
   * @param sessions shared with the other shop
   * @param pace how long it takes over each answer
   * @throws BindException if the address is in use or not ours; the message names it
   * @throws IOException if listening fails otherwise
   */
  static DemoShop start(
      ShopVersion version, InetSocketAddress address, SessionStore sessions, Pace pace)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(address, 1024);
    } catch (BindException e) {
      throw new BindException(
          "The %s shop can't listen on %s:%d: %s"
              .formatted(
                  version.side(), address.getHostString(), address.getPort(), e.getMessage()));
    }
    ScheduledExecutorService threads =
        Executors.newScheduledThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "shop-" + version.side());
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    ShopRequests requests = new ShopRequests(version, sessions);
    server.createContext(
        "/",
        exchange ->
            threads.schedule(() -> answer(requests, exchange), pace.nanos(), TimeUnit.NANOSECONDS));
    server.start();
    return new DemoShop(server, threads);
  }

  /** Where it listens, with the port it got. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stops at once; requests under way are broken off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Called by one of our threads, which asks no more of it: an exchange that fails is closed. */
  private static boolean answer(ShopRequests requests, HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.answer(exchange);
      return true;
    }
  }

  private static void preset(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
