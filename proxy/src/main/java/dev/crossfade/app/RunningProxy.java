package dev.crossfade.app;

import dev.crossfade.accesslog.AccessLog;
import dev.crossfade.admin.AdminApi;
import dev.crossfade.admin.AdminServer;
import dev.crossfade.admin.Events;
import dev.crossfade.admin.Reloader.ReloadRefused;
import dev.crossfade.admin.Tokens;
import dev.crossfade.admin.VisitorEstimate;
import dev.crossfade.cli.ExitCode;
import dev.crossfade.config.Settings;
import dev.crossfade.control.Author;
import dev.crossfade.control.ChangeRefused;
import dev.crossfade.control.ControlPlane;
import dev.crossfade.control.FilePlanStore;
import dev.crossfade.control.Precondition;
import dev.crossfade.control.StateException;
import dev.crossfade.demo.ProxyStarter;
import dev.crossfade.forward.LoopForwarding;
import dev.crossfade.metrics.Metrics;
import dev.crossfade.net.Transport;
import dev.crossfade.server.ProxyServer;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.UpstreamPools;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole product, wired: started in order, stopped in reverse. {@link #drain} and {@link #close}
 * are called by one thread.
 */
final class RunningProxy implements ProxyStarter.Running {
  private static final Logger log = LoggerFactory.getLogger(RunningProxy.class);

  private static final int FIRST_SCRAPES = 20;

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final PresentConfiguration configured;
  private final List<String> addresses;
  private final InetSocketAddress adminAddress;
  private final ProxyServer server;
  private final Metrics metrics;
  private final AccessLog accessLog;
  private final Reload reload;
  private volatile boolean closing;
  private volatile @Nullable String obstacle = "The proxy is starting.";

  private RunningProxy(Settings settings) throws StateException, IOException {
    try {
      Ticker ticker = Ticker.system();
      InstantSource clock = InstantSource.system();
      LearnedSessions learned = new LearnedSessions(settings.split().learned(), ticker);
      SeenVisitors seen = new SeenVisitors(ticker);
      FilePlanStore store = FilePlanStore.open(settings.state());
      // The control plane closes the store; until there is one, this does.
      started.push(store);
      configured = new PresentConfiguration(Configured.of(settings, null, learned, seen));
      ControlPlane control =
          new ControlPlane(
              store,
              ControlPlane.storeThread(),
              clock,
              settings.state().initialThreshold(),
              configured.get()::plan);
      started.pop();
      started.push(control);
      // Closed when the event loops are over, so that it has their last lines.
      accessLog = AccessLog.open(settings.accessLog(), clock, ticker);
      started.push(accessLog);
      Transport transport = Transport.open(settings.transport(), eventLoops(settings));
      started.push(() -> shutDown(transport));
      endWithLoops(transport);
      log.info("Transport {} with {} event loops", transport.kind().label(), eventLoops(settings));
      metrics =
          new Metrics(
              new Metrics.About(
                  Version.TEXT, System.getProperty("java.version"), transport.kind().label()),
              control,
              control::durable,
              seen::visitors);
      started.push(metrics);
      metrics.watch(learned);
      metrics.watch(accessLog);
      UpstreamPools upstreams =
          new UpstreamPools(transport, settings.pool(), control, metrics, ticker, clock);
      started.push(upstreams);
      metrics.watch(upstreams);
      metrics.watchLoops(transport.loopThreads());
      upstreams.prepare(control.get());
      server =
          new ProxyServer(
              transport,
              settings.server(),
              upstreams,
              pools ->
                  new LoopForwarding(
                      control,
                      upstreams,
                      pools,
                      plan -> configured.of(plan).forward(),
                      plan -> configured.of(plan).trusted(),
                      ExchangeObserver.both(metrics, accessLog.forLoop()),
                      ticker),
              () -> configured.get().trusted(),
              metrics,
              ticker,
              clock);
      started.push(server);
      metrics.watchCertificates(server::certificateExpiries);
      reload =
          new Reload(
              settings.file(), control, upstreams, server, accessLog, learned, seen, configured);
      Events events = new Events(control, metrics, upstreams, () -> obstacle, ticker, clock);
      AdminServer admin =
          new AdminServer(
              settings.admin(),
              Tokens.of(settings.admin()),
              new AdminApi(
                  control,
                  metrics,
                  upstreams,
                  (from, to) -> moving(seen, from, to, control.get().state().epoch()),
                  new Explanations(control, upstreams),
                  reload,
                  () -> obstacle,
                  events),
              events);
      reload.tokensOf(admin);
      // Stopped after the traffic, so that readiness can be asked for while it drains.
      adminAddress = admin.start();
      started.addLast(admin);
      addresses = server.listen();
      obstacle = null;
    } catch (StateException | IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts it.
   *
   * @throws StateException if the state is damaged, not writable or held by another process
   * @throws dev.crossfade.accesslog.UnopenableLogException if the access log can't be opened
   * @throws java.net.BindException if an address is in use, naming it
   * @throws IOException if a file can't be read
   */
  static RunningProxy start(Settings settings) throws StateException, IOException {
    return new RunningProxy(settings);
  }

  /**
   * Scrapes the metrics some times for nobody: the first times take several times as long as later
   * ones, for want of compiled code, and would be some Prometheus server's to wait for.
   */
  void warmUpMetrics() {
    for (int i = 0; i < FIRST_SCRAPES; i++) {
      metrics.scrape(null);
    }
  }

  private static int eventLoops(Settings settings) {
    return settings.eventLoops() > 0
        ? settings.eventLoops()
        : Runtime.getRuntime().availableProcessors();
  }

  private static VisitorEstimate.Moving moving(SeenVisitors seen, int from, int to, int epoch) {
    SeenVisitors.Moving moving = seen.moving(from, to, epoch);
    return new VisitorEstimate.Moving(seen.visitors().all(), moving.toNew(), moving.toOld());
  }

  /** Where it listens, as the ready line says it. */
  String addresses() {
    return String.join(" ", addresses) + " admin " + Version.text(adminAddress);
  }

  @Override
  public int port() {
    String first = addresses.get(0);
    return Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
  }

  @Override
  public int adminPort() {
    return adminAddress.getPort();
  }

  /** Opens the access log anew: whoever rotates logs has renamed it. */
  void reopenLogs() {
    accessLog.reopen();
  }

  /** Opens the access log anew, takes the changed configuration file, and logs what came of it. */
  void reload() {
    reopenLogs();
    try {
      reload.reload(Author.OPERATOR, "SIGHUP", Precondition.NONE);
    } catch (ReloadRefused | ChangeRefused e) {
      log.error("The configuration was not reloaded; the one in force stays:\n{}", e.getMessage());
    }
  }

  /**
   * Not ready any more: goes on as before until load balancers in front know, then lets requests
   * under way finish; both for as long as is configured.
   */
  void drain() {
    obstacle = "The proxy is shutting down.";
    Duration delay = configured.get().settings().shutdownDelay();
    if (!delay.isZero()) {
      log.info("Not ready any more; draining begins in {}", delay);
      new CompletableFuture<Void>()
          .completeOnTimeout(null, delay.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    }
    Duration drainTimeout = configured.get().settings().server().drainTimeout();
    log.info("Draining {} connections for at most {}", server.connections(), drainTimeout);
    try {
      server.drain().get(drainTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("{} connections did not end in time", server.connections());
    } catch (ExecutionException e) {
      log.error("The drain failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing = true;
    obstacle = "The proxy is shutting down.";
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        log.error("Could not be stopped cleanly", e);
      }
    }
  }

  /**
   * An event loop that has ended by an error serves its connections no more, while the others go on
   * as if nothing were: better that the process ends and is started again.
   */
  private void endWithLoops(Transport transport) {
    transport
        .group()
        .forEach(
            loop ->
                loop.terminationFuture()
                    .addListener(
                        ended -> {
                          if (!closing) {
                            log.error("An event loop has died; the proxy can't go on");
                            Runtime.getRuntime().halt(ExitCode.OTHER.code());
                          }
                        }));
  }

  private static void shutDown(Transport transport) {
    transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
  }
}
