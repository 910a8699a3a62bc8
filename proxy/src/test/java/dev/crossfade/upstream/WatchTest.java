package dev.crossfade.upstream;

import static dev.crossfade.upstream.UpstreamFixtures.endpoints;
import static dev.crossfade.upstream.UpstreamFixtures.probe;
import static dev.crossfade.upstream.UpstreamFixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.Balancing;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.Ejection;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.plan.Probe;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Side;
import dev.crossfade.testing.TickerByHand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final long SEED = 20_260_103;

  private record Asked(long round, Endpoint endpoint, Prober.Answer answer) {}

  private final TickerByHand ticker = new TickerByHand();
  private final List<Asked> asked = new ArrayList<>();
  private List<Endpoint> all = endpoints(2, ticker);
  private TrafficPlan plan = plan(null, EndpointState.READY);
  private final Ejections ejections = new Ejections(side -> List.of(), side -> Ejection.DEFAULT);
  private long round;
  private boolean answering = true;
  private final Watch watch =
      new Watch(
          () -> plan,
          (p, side) -> side == Side.OLD ? all : List.of(),
          ejections,
          (endpoint, spec, answer) -> {
            asked.add(new Asked(round, endpoint, answer));
            if (answering) {
              answer.good();
            }
          },
          new SplittableRandom(SEED));

  private TrafficPlan plan(@Nullable Probe probe, EndpointState state) {
    ControlState plain = PlanFixture.state(1, 0);
    Map<EndpointKey, EndpointState> states =
        state == EndpointState.READY ? Map.of() : Map.of(all.get(0).key(), state);
    ControlState control =
        new ControlState(
            1, 0, 0, plain.maintenance(), true, states, plain.changedAt(), plain.changedBy(), "");
    TrafficPlan some = PlanFixture.plan(control);
    return new TrafficPlan(
        control,
        some.rules(),
        some.splitter(),
        spec(all, Balancing.DEFAULT, probe),
        some.newUpstream(),
        true);
  }

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      round++;
      watch.round();
    }
  }

  private void fall(Endpoint endpoint) {
    for (int i = 0; i < Health.FALL; i++) {
      endpoint.connectFailed(new FailedConnect("no", false));
    }
  }

  @Test
  void whoIsWellIsLeftAlone() {
    rounds(1000);
    assertThat(asked).isEmpty();
  }

  @Test
  void oneFailedConnectIsLookedIntoAtOnceWithoutAnyVisitor() {
    all.get(0).connectFailed(new FailedConnect("no", false));
    answering = false;
    rounds(1);
    assertThat(asked).hasSize(1);
    rounds(5);
    assertThat(asked).as("one at a time").hasSize(1);
    asked.get(0).answer().unreachable(new FailedConnect("no", false));
    rounds(1);
    asked.get(1).answer().unreachable(new FailedConnect("no", false));
    assertThat(all.get(0).standing()).isEqualTo(Standing.DOWN);
  }

  @Test
  void whoIsDownIsAskedEverySecondUntilItIsThere() {
    fall(all.get(0));
    answering = false;
    for (int i = 0; i < 10; i++) {
      rounds(12);
      assertThat(asked).hasSize(i + 1);
      asked.get(i).answer().unreachable(new FailedConnect("no", false));
    }
    rounds(12);
    asked.get(10).answer().good();
    assertThat(all.get(0).standing()).isEqualTo(Standing.SOUND);
    rounds(100);
    assertThat(asked).hasSize(11);
  }

  @Test
  void whereNobodyIsLeftAllAreAskedInEveryRound() {
    all.forEach(this::fall);
    answering = false;
    rounds(1);
    assertThat(asked).hasSize(2);
    for (int i = 0; i < 20; i++) {
      asked.get(i).answer().unreachable(new FailedConnect("no", false));
      rounds(1);
      assertThat(asked).hasSize(i + 3);
    }
  }

  @Test
  void whoIsInMaintenanceIsNotAsked() {
    fall(all.get(0));
    plan = plan(null, EndpointState.MAINT);
    rounds(100);
    assertThat(asked).isEmpty();
    plan = plan(null, EndpointState.DRAIN);
    rounds(1);
    assertThat(asked).hasSize(1);
  }

  @Test
  void twoHundredEndpointsAreATrickleAndNoStorm() {
    all = endpoints(200, ticker);
    plan = plan(probe(Duration.ofSeconds(10)), EndpointState.READY);
    rounds(1000);
    int[] perRound = new int[1001];
    asked.forEach(one -> perRound[(int) one.round()]++);
    // Two a round on average: ten seconds are a hundred rounds.
    assertThat(asked.size()).isBetween(1800, 2200);
    assertThat(Arrays.stream(perRound).max().orElseThrow()).isLessThan(12);
    assertThat(asked.stream().map(Asked::endpoint).distinct()).hasSize(200);
  }

  @Test
  void notEvenAllAtOnceAreAStorm() {
    all = endpoints(200, ticker);
    all.forEach(this::fall);
    plan = plan(null, EndpointState.READY);
    answering = false;
    rounds(1);
    assertThat(asked).hasSize(Watch.PROBES_A_ROUND);
    rounds(6);
    assertThat(asked.stream().map(Asked::endpoint).distinct()).hasSize(200);
  }

  @Test
  void probesTakeAnEndpointOutAndBack() {
    all = all.subList(0, 1);
    plan = plan(probe(Duration.ofSeconds(1)), EndpointState.READY);
    answering = false;
    Endpoint one = all.get(0);
    for (int i = 0; i < 3; i++) {
      assertThat(one.healthy()).isTrue();
      rounds(12);
      asked.get(i).answer().bad("The probe was answered with 500.");
    }
    assertThat(one.standing()).isEqualTo(Standing.DOWN);
    assertThat(one.view(1).lastFailure()).isEqualTo("The probe was answered with 500.");
    assertThat(one.view(1).condition().failedProbes()).isEqualTo(3);
    rounds(12);
    asked.get(3).answer().good();
    assertThat(one.standing()).isEqualTo(Standing.HELD);
    rounds(12);
    asked.get(4).answer().good();
    assertThat(one.standing()).isEqualTo(Standing.SOUND);
  }

  @Test
  void whatProbesHaveFoundIsForgottenWithThem() {
    all = all.subList(0, 1);
    plan = plan(probe(Duration.ofSeconds(1)), EndpointState.READY);
    answering = false;
    for (int i = 0; i < 3; i++) {
      rounds(12);
      asked.get(i).answer().bad("no");
    }
    plan = plan(null, EndpointState.READY);
    rounds(1);
    assertThat(all.get(0).standing()).isEqualTo(Standing.SOUND);
  }
}
