package dev.crossfade.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.loadtest.FakeProxy.Fault;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole simulation in front of proxies that move visitors, and of one that does not. */
class SimulationTest {
  private static final Simulation.Size SIZE = new Simulation.Size(300, 4, 42);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void aFaithfulProxyMovesNobody() throws Exception {
    Simulation.Result result = simulate(Fault.NONE);
    assertThat(result.example()).isEmpty();
    assertThat(count(result, SimulatedVisitor::sawWrongSide)).isZero();
    assertThat(count(result, SimulatedVisitor::flippedAtLogin)).isZero();
    assertThat(count(result, SimulatedVisitor::flippedBetweenPageAndAsset)).isZero();
    assertThat(Comparison.isFaithful(result)).isTrue();
    assertThat(result.phases())
        .extracting(Simulation.Phase::percent)
        .containsExactly(10, 25, 50, 0);
    assertThat(result.phases()).allSatisfy(phase -> assertThat(phase.visitors()).isPositive());
    assertThat(result.phases().get(2).onNew()).isPositive();
    assertThat(result.phases().get(3).onNew()).isZero();
    assertThat(result.visitors()).hasSize(300).allMatch(SimulatedVisitor::hasBeenHere);
    assertThat(new Comparison(List.of(result)).lines())
        .contains("saw the wrong side                                 0");
  }

  @Test
  void aProxyThatForgetsAtLoginIsFoundOut() throws Exception {
    Simulation.Result result = simulate(Fault.FORGETS_AT_LOGIN);
    assertThat(count(result, SimulatedVisitor::flippedAtLogin)).isPositive();
    assertThat(count(result, SimulatedVisitor::sawWrongSide)).isPositive();
    assertThat(count(result, SimulatedVisitor::flippedBetweenPageAndAsset)).isZero();
    assertThat(result.visitors())
        .filteredOn(SimulatedVisitor::flippedAtLogin)
        .allMatch(visitor -> visitor.habits().logsIn());
  }

  @Test
  void aProxyThatDecidesAnewForAssetsIsFoundOut() throws Exception {
    Simulation.Result result = simulate(Fault.DECIDES_ASSETS_ANEW);
    assertThat(count(result, SimulatedVisitor::flippedBetweenPageAndAsset)).isPositive();
    assertThat(count(result, SimulatedVisitor::flippedAtLogin)).isZero();
  }

  @Test
  void aProxyThatLearnsNothingLosesThoseWhoDropItsCookie() throws Exception {
    Simulation.Result result = simulate(Fault.LEARNS_NOTHING);
    assertThat(count(result, SimulatedVisitor::sawWrongSide)).isPositive();
    assertThat(result.visitors())
        .filteredOn(SimulatedVisitor::sawWrongSide)
        .allMatch(visitor -> visitor.habits().dropsOurCookie());
  }

  @ParameterizedTest
  @EnumSource(names = {"MISROUTES", "IGNORES_ROLLBACK"})
  void aWrongSideIsFoundOut(Fault fault) throws Exception {
    Simulation.Result result = simulate(fault);
    assertThat(count(result, SimulatedVisitor::sawWrongSide)).isPositive();
    assertThat(Comparison.isFaithful(result)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOSES", "IGNORES_PERCENTAGE"})
  void toMoveNobodyIsNotEnough(Fault fault) throws Exception {
    assertThat(Comparison.isFaithful(simulate(fault))).isFalse();
  }

  @Test
  void theSameSeedMakesTheSameVisitors() throws Exception {
    assertThat(simulate(Fault.NONE).visitors())
        .extracting(SimulatedVisitor::habits)
        .isEqualTo(simulate(Fault.NONE).visitors().stream().map(SimulatedVisitor::habits).toList());
  }

  private static long count(Simulation.Result result, Predicate<SimulatedVisitor> holds) {
    return result.visitors().stream().filter(holds).count();
  }

  private Simulation.Result simulate(Fault fault) throws Exception {
    Sessions sessions = new Sessions(~SIZE.seed());
    try (PageOrigin old = PageOrigin.start(loops, Side.OLD, sessions);
        PageOrigin fresh = PageOrigin.start(loops, Side.NEW, sessions);
        FakeBalancer balancer =
            new FakeBalancer(new FakeProxy(fault, loops, old.port(), fresh.port()), loops)) {
      return new Simulation(SIZE, loops, balancer).run();
    }
  }

  private record FakeBalancer(FakeProxy proxy, EventLoopGroup loops) implements Balancer {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public InetSocketAddress traffic() {
      return proxy.traffic();
    }

    @Override
    public void set(int percent) throws IOException, InterruptedException {
      new Admin(loops, proxy.admin(), null).set(percent);
    }

    @Override
    public void rollBack() throws IOException, InterruptedException {
      new Admin(loops, proxy.admin(), null).rollback();
    }

    @Override
    public BucketRange placeOf(String session) {
      return BucketRange.ofSession(session);
    }

    @Override
    public void close() {
      proxy.close();
    }
  }
}
