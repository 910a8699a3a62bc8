package dev.crossfade.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.forward.ForwardSettings;
import dev.crossfade.forward.LoopForwarding;
import dev.crossfade.forward.OwnPages;
import dev.crossfade.forward.TrustedProxies;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.Transport;
import dev.crossfade.net.TransportKind;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.server.ProxyServer;
import dev.crossfade.server.ServerSettings;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.PoolSettings;
import dev.crossfade.upstream.UpstreamPools;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The data path in this process, on loopback: real sockets, real pools, everybody on old. It is
 * pointed at one origin after the other, so that one proxy serves a whole class of tests.
 * Registered for such a class, it sees to it that behind each test every lease is given back, and
 * in the end every buffer.
 */
public final class ProxyFixture implements AutoCloseable, AfterEachCallback, AfterAllCallback {
  private static final ForwardSettings FORWARD =
      new ForwardSettings(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          List.of(),
          ForwardSettings.DebugHeaders.OFF,
          0,
          Duration.ofSeconds(5),
          OwnPages.NONE);
  private static final ServerSettings.Limits LIMITS =
      new ServerSettings.Limits(8 * 1024, 32 * 1024, 100, 0, 0, 0, 64 * 1024, 128);

  private final ConcurrentLinkedQueue<String> leaks = new ConcurrentLinkedQueue<>();
  private final Transport transport;
  private final UpstreamPools upstreams;
  private final ProxyServer server;
  private final int port;
  private volatile TrafficPlan plan = PlanFixture.plan(PlanFixture.state(1, 0));
  private volatile ForwardSettings forward = FORWARD;
  private volatile TrustedProxies trusted = new TrustedProxies(List.of());

  /** On nio, or what the system property {@code crossfade.test.transport} names. */
  public ProxyFixture() {
    this(TransportKind.valueOf(System.getProperty("crossfade.test.transport", "NIO")), LIMITS);
  }

  public ProxyFixture(TransportKind kind, ServerSettings.Limits limits) {
    ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + "\n" + records));
    transport = Transport.open(kind, 1);
    Ticker ticker = Ticker.system();
    InstantSource clock = InstantSource.system();
    PoolSettings pool = new PoolSettings(Duration.ofSeconds(3), Duration.ofSeconds(30), 16);
    upstreams =
        new UpstreamPools(transport, pool, () -> plan, ExchangeObserver.NONE, ticker, clock);
    ServerSettings settings =
        new ServerSettings(
            List.of(new ListenerSettings("127.0.0.1:0", null, false, true)),
            limits,
            new ServerSettings.Timeouts(
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                0,
                Duration.ofSeconds(20)),
            Duration.ofSeconds(5));
    server =
        new ProxyServer(
            transport,
            settings,
            upstreams,
            pools ->
                new LoopForwarding(
                    () -> plan,
                    upstreams,
                    pools,
                    p -> forward,
                    p -> trusted,
                    ExchangeObserver.NONE,
                    ticker),
            () -> trusted,
            ExchangeObserver.NONE,
            ticker,
            clock);
    try {
      String address = server.listen().get(0);
      port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** From the next request on, all requests go to that origin, on fresh connections. */
  public void pointAt(RawOrigin origin) {
    plan =
        new TrafficPlan(
            plan.state(),
            plan.rules(),
            plan.splitter(),
            new UpstreamSpec(Side.OLD, List.of("127.0.0.1:" + origin.port()), null),
            plan.newUpstream(),
            false);
  }

  /** Changes what is configured, from the next request on. */
  public void forwarding(UnaryOperator<ForwardSettings> change) {
    forward = change.apply(FORWARD);
    trusted = new TrustedProxies(forward.trustedProxies());
  }

  /** Requests that count as under way at the present origin; 0 once every lease is given back. */
  public int leased() {
    return upstreams.endpoints(Side.OLD).stream()
        .mapToInt(endpoint -> endpoint.active() + endpoint.condition().waiting())
        .sum();
  }

  /** Client connections that are open. */
  public int clients() {
    return server.connections();
  }

  /** Buffers that were never released, as far as the garbage collector can be made to find them. */
  public List<String> leaks() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      // Leaks are reported when the next buffer is made.
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
      transport
          .group()
          .submit(() -> PooledByteBufAllocator.DEFAULT.directBuffer(16).release())
          .syncUninterruptibly();
    }
    return List.copyOf(leaks);
  }

  @Override
  public void afterEach(ExtensionContext test) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(5))
        .until(() -> leased() == 0);
    forwarding(f -> f);
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    List<String> found = leaks();
    close();
    assertThat(found).isEmpty();
  }

  @Override
  public void close() {
    server.close();
    upstreams.close();
    transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    ByteBufUtil.setLeakListener(null);
  }
}
