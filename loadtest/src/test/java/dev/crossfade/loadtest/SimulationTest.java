package dev.crossfade.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.loadtest.FakeProxy.Fault;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole simulation in front of proxies that move visitors, and of one that does not. */
class SimulationTest {
  private static final Simulation.Size SIZE = new Simulation.Size(300, 4, 42);

  @AutoClose private final Loops loops = new Loops(1);

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
    return Simulate.with(
        SIZE,
        loops,
        (oldPort, newPort) -> {
          FakeProxy proxy = new FakeProxy(fault, loops, oldPort, newPort);
          return new CrossfadeBalancer(
              proxy.traffic(), new Admin(loops, proxy.admin(), null), proxy);
        });
  }
}
