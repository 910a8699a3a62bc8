package dev.crossfade.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.crossfade.accesslog.AccessLog;
import dev.crossfade.config.ConfigFile;
import dev.crossfade.config.Settings;
import dev.crossfade.control.AffinityKeyFile;
import dev.crossfade.control.Author;
import dev.crossfade.control.ControlPlane;
import dev.crossfade.control.FilePlanStore;
import dev.crossfade.control.InForce;
import dev.crossfade.control.Precondition;
import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.forward.LoopForwarding;
import dev.crossfade.forward.TrustedProxies;
import dev.crossfade.net.Transport;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.server.ProxyServer;
import dev.crossfade.split.AffinityKeys;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.split.Side;
import dev.crossfade.split.Splitter;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.upstream.UpstreamPools;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * The whole data path with its control plane in the JVM of the test, on real sockets, with time by
 * hand. It listens on a free port of loopback and has one event loop, unless the test configures
 * otherwise. Closing it fails the test if a buffer was not released.
 */
public final class RunningProxyFixture implements AutoCloseable {
  private static final ListAppender<ILoggingEvent> LEAKS = new ListAppender<>();

  static {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    LEAKS.start();
    ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(LEAKS);
  }

  private record Configured(
      Settings settings, Splitter splitter, ForwardSettings forward, TrustedProxies trusted) {
    TrafficPlan plan(ControlState state) {
      return new TrafficPlan(
          state,
          settings.rules(),
          splitter,
          settings.oldUpstream(),
          settings.newUpstream(),
          settings.failover());
    }
  }

  private final Path folder;
  private final int ownPort = ChildProcess.freePort();
  private final TickerByHand ticker = new TickerByHand();
  private final Tally tally = new Tally();
  private final LearnedSessions learned;
  private final SeenVisitors seen = new SeenVisitors(ticker);
  private final ControlPlane control;
  private final AccessLog accessLog;
  private final Transport transport;
  private final UpstreamPools upstreams;
  private final ProxyServer server;
  private final List<String> addresses;
  private volatile Configured configured;

  private RunningProxyFixture(Path folder, String... lines) throws Exception {
    this.folder = folder;
    Settings settings = settings(lines);
    learned = new LearnedSessions(settings.split().learned(), ticker);
    FilePlanStore store = FilePlanStore.open(settings.state());
    configured = configured(settings);
    control =
        new ControlPlane(
            store,
            ControlPlane.storeThread(),
            InstantSource.system(),
            settings.state().initialThreshold(),
            configured::plan);
    accessLog = AccessLog.open(settings.accessLog(), InstantSource.system(), ticker);
    transport = Transport.open(settings.transport(), settings.eventLoops());
    upstreams =
        new UpstreamPools(
            transport, settings.pool(), control, tally, ticker, InstantSource.system());
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
                    p -> configured.forward(),
                    p -> configured.trusted(),
                    ExchangeObserver.both(tally, accessLog.forLoop()),
                    ticker),
            () -> configured.trusted(),
            tally,
            ticker,
            InstantSource.system());
    addresses = server.listen();
  }

  /**
   * Starts it.
   *
   * @param folder for its configuration and its state
   * @param lines of the configuration, without the root: {@code failover = off}
   */
  public static RunningProxyFixture start(Path folder, String... lines) throws Exception {
    return new RunningProxyFixture(folder, lines);
  }

  /** The line that names the endpoints of a side. */
  public static String endpoints(Side side, RecordingOrigin... origins) {
    return endpoints(side, Stream.of(origins).map(RecordingOrigin::address).toArray(String[]::new));
  }

  /** The line that names the endpoints of a side, by their addresses. */
  public static String endpoints(Side side, String... addresses) {
    return Stream.of(addresses)
        .map(address -> '"' + address + '"')
        .collect(Collectors.joining(", ", "upstreams." + side.label() + ".endpoints = [", "]"));
  }

  /**
   * The line for one listener on a free port of loopback.
   *
   * @param more its settings beside the address, each behind a comma
   */
  public static String listener(String more) throws IOException {
    return "listen = [{ address = \"127.0.0.1:" + ChildProcess.freePort() + "\"" + more + " }]";
  }

  private Settings settings(String... lines) throws Exception {
    Path file = folder.resolve("crossfade.conf");
    Files.writeString(
        file,
        Stream.concat(
                Stream.of(
                    "listen = [{ address = \"127.0.0.1:" + ownPort + "\" }]", "event-loops = 1"),
                Stream.of(lines))
            .map(line -> "crossfade." + line + "\n")
            .collect(Collectors.joining()));
    return ConfigFile.load(file);
  }

  private Configured configured(Settings settings) throws Exception {
    AffinityKeys keys = AffinityKeys.parse(AffinityKeyFile.keptIn(settings.state(), null));
    return new Configured(
        settings,
        new Splitter(settings.split(), keys, learned, seen),
        settings.forward(),
        new TrustedProxies(settings.forward().trustedProxies()));
  }

  /** Puts another configuration in force, as a reload does. */
  public void reconfigure(String... lines) throws Exception {
    Configured coming = configured(settings(lines));
    TrafficPlan plan = coming.plan(control.get().state());
    AccessLog.Change logging = accessLog.prepare(coming.settings().accessLog());
    ProxyServer.Change listening = server.prepare(coming.settings().server());
    upstreams.prepare(plan);
    change(new PlanEdit.Reconfigure(plan));
    configured = coming;
    listening.takeEffect();
    logging.takeEffect();
  }

  /** The event loops, in their order. */
  public List<EventExecutor> loops() {
    List<EventExecutor> loops = new ArrayList<>();
    transport.group().forEach(loops::add);
    return loops;
  }

  /** Makes a change and waits for it to be in force. */
  public InForce change(PlanEdit edit) throws Exception {
    return control.apply(edit, Author.OPERATOR, "", Precondition.NONE);
  }

  /** Sets the percentage. */
  public void percent(int percent) throws Exception {
    change(new PlanEdit.SetThreshold(percent * 100));
  }

  /** Puts an endpoint in a state. */
  public void put(Side side, RecordingOrigin origin, EndpointState state) throws Exception {
    change(new PlanEdit.SetEndpointState(new EndpointKey(side, origin.address()), state));
  }

  /** A fresh client of its first listener. */
  public PlainHttpClient client() {
    return new PlainHttpClient(port());
  }

  /** The port of its first listener. */
  public int port() {
    String first = addresses.get(0);
    return Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
  }

  /** Where it listens. */
  public List<String> addresses() {
    return addresses;
  }

  /** Its time. */
  public TickerByHand ticker() {
    return ticker;
  }

  /** What it has told. */
  public Tally tally() {
    return tally;
  }

  /** Its upstreams. */
  public UpstreamPools upstreams() {
    return upstreams;
  }

  /** Its listeners. */
  public ProxyServer server() {
    return server;
  }

  /**
   * Moves time beyond the default of {@code timeouts.keep-alive} and waits for the end of an idle
   * connection: then all deadlines have been looked at.
   */
  public void sweep(WireClient idle) throws IOException {
    ticker.advance(Duration.ofSeconds(76));
    idle.readToEnd();
  }

  /** Ends it, and fails if a buffer was forgotten. */
  @Override
  public void close() {
    server.close();
    upstreams.close();
    transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    accessLog.close();
    control.close();
    assertNothingLeaked();
  }

  private static void assertNothingLeaked() {
    // A forgotten buffer is found once it was collected, and told when the next one is made.
    System.gc();
    for (int i = 0; i < 3; i++) {
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
    List<ILoggingEvent> leaks = List.copyOf(LEAKS.list);
    LEAKS.list.clear();
    assertThat(leaks.stream().map(ILoggingEvent::getFormattedMessage)).isEmpty();
  }
}
