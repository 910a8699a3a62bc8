package dev.crossfade.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.net.Transport;
import dev.crossfade.net.TransportKind;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings.AfterRollback;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.TickerByHand;
import dev.crossfade.time.Deadlines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopPoolsTest {
  private static final String A = "127.0.0.1:1";
  private static final String B = "127.0.0.1:2";
  private static final String C = "127.0.0.1:3";

  private final TickerByHand ticker = new TickerByHand();
  private final Deadlines deadlines = new Deadlines();
  private Transport transport;
  private EventLoop loop;
  private UpstreamPools upstreams;
  private LoopPools pools;
  private volatile TrafficPlan plan = plan(Map.of(), A, B, C);

  @BeforeEach
  void open() {
    transport = Transport.open(TransportKind.NIO, 1);
    loop = (EventLoop) transport.group().iterator().next();
    upstreams =
        new UpstreamPools(
            transport,
            new PoolSettings(Duration.ofSeconds(3), Duration.ofSeconds(60), 10),
            () -> plan,
            ExchangeObserver.NONE,
            ticker,
            InstantSource.system());
    pools = upstreams.forLoop(loop, deadlines);
  }

  @AfterEach
  void close() {
    upstreams.close();
    transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static TrafficPlan plan(Map<String, EndpointState> states, String... old) {
    Map<EndpointKey, EndpointState> keyed = new HashMap<>();
    states.forEach((address, state) -> keyed.put(new EndpointKey(Side.OLD, address), state));
    ControlState plain = PlanFixture.state(1, 0);
    ControlState state =
        new ControlState(
            1, 0, 0, plain.maintenance(), true, keyed, plain.changedAt(), plain.changedBy(), "");
    return PlanFixture.plan(state, List.of(old), AfterRollback.HONOUR);
  }

  /** On the event loop. */
  private <T> T there(Callable<T> action) throws Exception {
    return loop.submit(action).get();
  }

  private @Nullable Endpoint leased(@Nullable Endpoint except, List<Lease> leases)
      throws Exception {
    return there(
        () -> {
          Lease lease = new Lease();
          leases.add(lease);
          boolean found =
              except == null
                  ? pools.lease(plan, Side.OLD, lease)
                  : pools.leaseAgain(plan, Side.OLD, except, false, lease);
          return found ? lease.endpoint() : null;
        });
  }

  private Endpoint leased() throws Exception {
    Endpoint endpoint = leased(null, new ArrayList<>());
    if (endpoint == null) {
      throw new AssertionError("There is no endpoint");
    }
    return endpoint;
  }

  @Test
  void whoFindsNobodyAfterTooMuchWasToDoIsNotToldThatItIsTooMuch() throws Exception {
    boolean overloaded =
        there(
            () -> {
              Lease lease = new Lease();
              lease.refuse();
              for (String address : List.of(A, B, C)) {
                for (int i = 0; i < Health.FALL; i++) {
                  of(address).connectFailed(new FailedConnect("no", false));
                }
              }
              assertThat(pools.lease(plan, Side.OLD, lease)).isFalse();
              return lease.overloaded();
            });
    assertThat(overloaded).isFalse();
  }

  private List<String> addresses(int requests) throws Exception {
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      List<Lease> leases = new ArrayList<>();
      Endpoint endpoint = leased(null, leases);
      addresses.add(endpoint == null ? "none" : endpoint.key().address());
      leases.forEach(Lease::close);
    }
    return addresses;
  }

  @Test
  void idleEndpointsTakeTurns() throws Exception {
    List<String> three = addresses(3);
    assertThat(three).containsExactlyInAnyOrder(A, B, C);
    assertThat(addresses(6).subList(0, 3)).isEqualTo(three);
  }

  @Test
  void requestsThatPileUpAreSpreadEvenly() throws Exception {
    List<Lease> leases = new ArrayList<>();
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      counts.merge(leased(null, leases), 1, Integer::sum);
    }
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(90, 110));
  }

  @Test
  void aBusyEndpointIsSpared() throws Exception {
    Endpoint busy = leased();
    for (int i = 0; i < 49; i++) {
      there(
          () -> {
            busy.take();
            return null;
          });
    }
    assertThat(addresses(30)).doesNotContain(busy.key().address());
  }

  @Test
  void theExceptedOneIsNotChosenEvenIfItIsTheOnlyOne() throws Exception {
    List<Lease> leases = new ArrayList<>();
    Endpoint one = leased();
    for (int i = 0; i < 6; i++) {
      assertThat(leased(one, leases)).isNotSameAs(one).isNotNull();
    }
    plan = plan(Map.of(), one.key().address());
    assertThat(leased(one, leases)).isNull();
    assertThat(leased(null, leases)).isSameAs(one);
  }

  @Test
  void whatIsDrainedOrInMaintenanceGetsNothing() throws Exception {
    plan = plan(Map.of(A, EndpointState.DRAIN, B, EndpointState.MAINT), A, B, C);
    assertThat(addresses(5)).containsOnly(C);
    plan =
        plan(
            Map.of(A, EndpointState.DRAIN, B, EndpointState.MAINT, C, EndpointState.DRAIN),
            A,
            B,
            C);
    // Not available, so that whatever can go elsewhere does; what can't is still served.
    assertThat(there(() -> pools.available(plan, Side.OLD))).isFalse();
    assertThat(upstreams.available(Side.OLD)).isFalse();
    assertThat(addresses(4)).containsOnly(A, C);
    plan = plan(Map.of(A, EndpointState.MAINT, B, EndpointState.MAINT), A, B);
    assertThat(addresses(1)).containsExactly("none");
  }

  @Test
  void anUnhealthyEndpointGetsNothing() throws Exception {
    Endpoint down = leased();
    for (int i = 0; i < Health.FALL; i++) {
      down.connectFailed(new FailedConnect("no", false));
    }
    assertThat(addresses(9)).doesNotContain(down.key().address()).doesNotContain("none");
  }

  @Test
  void aRequestThatIsSentAgainTriesEvenWhoWasDown() throws Exception {
    Endpoint down = leased();
    for (int i = 0; i < Health.FALL; i++) {
      down.connectFailed(new FailedConnect("no", false));
    }
    plan = plan(Map.of(), down.key().address(), down.key().address().equals(A) ? B : A);
    Endpoint other = leased();
    List<Lease> leases = new ArrayList<>();
    assertThat(leased(other, leases)).isSameAs(down);
    plan = plan(Map.of(), down.key().address());
    assertThat(leased(null, leases)).as("but not a first time").isNull();
  }

  @Test
  void whereNobodyIsLeftOneThatRefusesAtOnceIsTried() throws Exception {
    plan = plan(Map.of(), A, B);
    for (String address : List.of(A, B)) {
      Endpoint gone = of(address);
      for (int i = 0; i < Health.FALL; i++) {
        gone.connectFailed(new FailedConnect("no", true));
      }
    }
    of(B).connectFailed(new FailedConnect("took too long", false));
    assertThat(there(() -> pools.available(plan, Side.OLD))).isFalse();
    List<Lease> leases = new ArrayList<>();
    assertThat(leased(null, leases)).isSameAs(of(A));
    assertThat(leases.get(0).lastResort()).isTrue();
    of(B).health().probeConnected();
    assertThat(leased(null, leases)).isSameAs(of(B));
    assertThat(leases.get(1).lastResort()).isFalse();
  }

  private Endpoint of(String address) {
    return upstreams.endpointsOf(plan, Side.OLD).stream()
        .filter(endpoint -> endpoint.key().address().equals(address))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anEndpointThatIsNamedAgainIsFoundAsItWas() throws Exception {
    List<Lease> leases = new ArrayList<>();
    Endpoint one = leased();
    plan = plan(Map.of(), "127.0.0.1:9");
    assertThat(addresses(2)).containsOnly("127.0.0.1:9");
    plan = plan(Map.of(), one.key().address());
    assertThat(leased(null, leases)).isSameAs(one);
  }

  // ---- connections

  /** Keeps what it is given. */
  private static class Keeper implements ConnectionUser {
    final CompletableFuture<UpstreamConnection> made = new CompletableFuture<>();
    final List<String> told = new ArrayList<>();

    @Override
    public void connected(UpstreamConnection connection) {
      made.complete(connection);
    }

    @Override
    public void connectFailed(Endpoint endpoint, Throwable cause) {
      made.completeExceptionally(cause);
    }

    @Override
    public void overloaded() {
      made.completeExceptionally(new IllegalStateException("overloaded"));
    }

    @Override
    public @Nullable ProxiedClient proxiedClient() {
      return null;
    }

    @Override
    public void received(ByteBuf bytes) {
      told.add(bytes.toString(US_ASCII));
      bytes.release();
    }

    @Override
    public void receivedAll() {}

    @Override
    public void ended(boolean broken) {
      told.add(broken ? "broken" : "ended");
    }

    @Override
    public void writabilityChanged() {}

    @Override
    public void timedOut() {}
  }

  private Endpoint only(RecordingOrigin origin) throws Exception {
    plan = plan(Map.of(), origin.address());
    return leased();
  }

  private UpstreamConnection connect(Endpoint endpoint) throws Exception {
    Keeper keeper = new Keeper();
    there(() -> pools.connection(endpoint, keeper, true));
    return keeper.made.get(10, TimeUnit.SECONDS);
  }

  @Test
  void theNewestIdleConnectionIsTakenFirst() throws Exception {
    try (RecordingOrigin origin = RecordingOrigin.start("o")) {
      Endpoint endpoint = only(origin);
      UpstreamConnection one = connect(endpoint);
      UpstreamConnection two = connect(endpoint);
      UpstreamConnection three = connect(endpoint);
      there(
          () -> {
            one.release();
            two.release();
            three.release();
            assertThat(endpoint.idle()).isEqualTo(3);
            assertThat(pools.connection(endpoint, new Keeper(), true)).isSameAs(three);
            assertThat(pools.connection(endpoint, new Keeper(), true)).isSameAs(two);
            two.release();
            assertThat(pools.connection(endpoint, new Keeper(), true))
                .isSameAs(two)
                .matches(c -> c.reused());
            assertThat(pools.connection(endpoint, new Keeper(), true)).isSameAs(one);
            assertThat(endpoint.idle()).isZero();
            return null;
          });
    }
  }

  @Test
  void whatCanNotBeSentAgainWaitsForTheNewsOfClosedConnections() throws Exception {
    try (RecordingOrigin origin = RecordingOrigin.start("o")) {
      Endpoint endpoint = only(origin);
      UpstreamConnection dead = connect(endpoint);
      Keeper keeper = new Keeper();
      there(
          () -> {
            dead.release();
            assertThat(pools.connection(endpoint, keeper, false)).isNull();
            // As if its end were read now, in the same round of the loop.
            pools.forget(dead);
            return null;
          });
      UpstreamConnection got = keeper.made.get(10, TimeUnit.SECONDS);
      assertThat(got).isNotSameAs(dead).matches(connection -> !connection.reused());
      there(
          () -> {
            dead.abandon();
            got.release();
            return null;
          });
      Keeper next = new Keeper();
      there(() -> pools.connection(endpoint, next, false));
      assertThat(next.made.get(10, TimeUnit.SECONDS)).isSameAs(got);
    }
  }

  @Test
  void anIdleConnectionThatIsBeingClosedIsGivenToNobody() throws Exception {
    try (RecordingOrigin origin = RecordingOrigin.start("o")) {
      Endpoint endpoint = only(origin);
      UpstreamConnection connection = connect(endpoint);
      there(
          () -> {
            connection.release();
            ticker.advance(Duration.ofSeconds(61));
            deadlines.sweep(ticker.nanos());
            // The channel tells that it is closed only when this task is over.
            assertThat(pools.connection(endpoint, new Keeper(), true)).isNull();
            assertThat(endpoint.idle()).isZero();
            return null;
          });
    }
  }

  @Test
  void aConnectThatFailsLeavesNothingBehind() throws Exception {
    plan = plan(Map.of(), "127.0.0.1:" + ChildProcess.freePort());
    Endpoint endpoint = leased();
    List<WeakReference<Keeper>> users = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Keeper keeper = new Keeper();
      users.add(new WeakReference<>(keeper));
      there(() -> pools.connection(endpoint, keeper, true));
      assertThat(keeper.made).failsWithin(Duration.ofSeconds(10));
    }
    await()
        .untilAsserted(
            () -> {
              System.gc();
              // The newest may still be on this thread's stack.
              assertThat(users.subList(0, 2)).allMatch(user -> user.get() == null);
            });
  }

  // ---- what comes before the request is out

  private static void ask(UpstreamConnection connection, Keeper user, String request) {
    connection.use(user);
    connection.write(Unpooled.copiedBuffer(request, US_ASCII));
  }

  private static void answer(EmbeddedChannel channel, String text) {
    channel.writeOneInbound(Unpooled.copiedBuffer(text, US_ASCII));
  }

  @Test
  void whatComesBeforeARequestIsOutIsNoAnswerToIt() {
    UpstreamConnection connection =
        new UpstreamConnection(pools, UpstreamFixtures.endpoint(1, ticker), null);
    EmbeddedChannel channel = new EmbeddedChannel(connection);
    Keeper first = new Keeper();
    ask(connection, first, "GET /1");
    connection.flush();
    answer(channel, "200");
    Keeper second = new Keeper();
    ask(connection, second, "GET /2");
    answer(channel, "evil");
    assertThat(first.told).containsExactly("200");
    assertThat(second.told).startsWith("broken").doesNotContain("evil");
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @Test
  void anAnswerMayComeBeforeTheBodyIsOutAndFromWhoSpeaksFirst() {
    UpstreamConnection connection =
        new UpstreamConnection(pools, UpstreamFixtures.endpoint(1, ticker), null);
    EmbeddedChannel channel = new EmbeddedChannel(connection);
    Keeper first = new Keeper();
    ask(connection, first, "GET /1");
    answer(channel, "503");
    assertThat(first.told).containsExactly("503");
    connection.flush();
    Keeper second = new Keeper();
    ask(connection, second, "POST /2");
    connection.flush();
    connection.write(Unpooled.copiedBuffer("body", US_ASCII));
    answer(channel, "413");
    assertThat(second.told).containsExactly("413");
    assertThat(channel.isOpen()).isTrue();
    channel.finishAndReleaseAll();
  }
}
