package dev.crossfade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanEdit.Promote;
import dev.crossfade.plan.PlanEdit.Reconfigure;
import dev.crossfade.plan.PlanEdit.Rollback;
import dev.crossfade.plan.PlanEdit.SetEndpointState;
import dev.crossfade.plan.PlanEdit.SetMaintenance;
import dev.crossfade.plan.PlanEdit.SetThreshold;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings.AfterRollback;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextStateTest {
  private static final EndpointKey OLD = new EndpointKey(Side.OLD, PlanFixture.OLD_ENDPOINT);

  private final TrafficPlan half = PlanFixture.plan(PlanFixture.state(7, 5000));

  private static ControlState after(TrafficPlan plan, PlanEdit edit) {
    return NextState.after(plan, edit, false);
  }

  @Test
  void thePercentageInForceChangesNothing() {
    assertThat(after(half, new SetThreshold(5000))).isEqualTo(half.state());
    assertThat(after(half, new SetThreshold(5001)).threshold()).isEqualTo(5001);
  }

  @Test
  void aRollbackIsPercentZeroAndAnotherEpoch() {
    ControlState rolledBack = after(half, new Rollback());
    assertThat(rolledBack.threshold()).isZero();
    assertThat(rolledBack.epoch()).isEqualTo(1);
    assertThat(rolledBack.upgradeHonoured()).isTrue();
  }

  @Test
  void aRollbackAtZeroStillEndsThePins() {
    TrafficPlan nobody = half.with(PlanFixture.state(7, 0));
    assertThat(after(nobody, new Rollback()).epoch()).isEqualTo(1);
  }

  @Test
  void aSecondRollbackOrPromoteChangesNothing() {
    TrafficPlan back = half.with(after(half, new Rollback()));
    assertThat(NextState.after(back, new Rollback(), true)).isEqualTo(back.state());
    TrafficPlan promoted = half.with(after(half, new Promote()));
    assertThat(NextState.after(promoted, new Promote(), true)).isEqualTo(promoted.state());
    assertThat(promoted.state().threshold()).isEqualTo(10_000);
    assertThat(promoted.state().epoch()).isEqualTo(1);
  }

  @Test
  void theUpgradeCookieIsSilencedUntilThePercentageIsRaised() {
    TrafficPlan silencing =
        PlanFixture.plan(
            PlanFixture.state(7, 5000), List.of(PlanFixture.OLD_ENDPOINT), AfterRollback.IGNORE);
    TrafficPlan back = silencing.with(after(silencing, new Rollback()));
    assertThat(back.state().upgradeHonoured()).isFalse();
    assertThat(after(back, new SetMaintenance(true, null, null)).upgradeHonoured()).isFalse();
    assertThat(after(back, new SetThreshold(1)).upgradeHonoured()).isTrue();
    assertThat(after(back, new Promote()).upgradeHonoured()).isTrue();
  }

  @Test
  void loweringDoesNotBringTheUpgradeCookieBack() {
    ControlState silenced =
        new ControlState(
            7,
            5000,
            1,
            Maintenance.NONE,
            false,
            half.state().endpoints(),
            half.state().changedAt(),
            "x",
            "");
    assertThat(after(half.with(silenced), new SetThreshold(10)).upgradeHonoured()).isFalse();
  }

  @Test
  void whatMaintenanceLeavesOutStaysAsItIs() {
    ControlState closed = after(half, new SetMaintenance(true, null, null));
    assertThat(closed.maintenance()).isEqualTo(new Maintenance(true, false, false));
    ControlState frozen = after(half.with(closed), new SetMaintenance(null, false, true));
    assertThat(frozen.maintenance()).isEqualTo(new Maintenance(true, false, true));
    assertThat(after(half.with(frozen), new SetMaintenance(null, null, null))).isEqualTo(frozen);
  }

  @Test
  void anEndpointThatIsReadyAgainLeavesNoTrace() {
    ControlState drained = after(half, new SetEndpointState(OLD, EndpointState.DRAIN));
    assertThat(drained.endpoint(OLD)).isEqualTo(EndpointState.DRAIN);
    ControlState ready = after(half.with(drained), new SetEndpointState(OLD, EndpointState.READY));
    assertThat(ready).isEqualTo(half.state());
  }

  @Test
  void statesOfEndpointsThatAreNoLongerConfiguredAreDropped() {
    TrafficPlan drained = half.with(after(half, new SetEndpointState(OLD, EndpointState.DRAIN)));
    TrafficPlan without =
        PlanFixture.plan(
            drained.state(), List.of(PlanFixture.SECOND_OLD_ENDPOINT), AfterRollback.HONOUR);
    assertThat(after(drained, new Reconfigure(without)).endpoints()).isEmpty();
    assertThat(after(drained, new Reconfigure(half))).isEqualTo(drained.state());
  }
}
