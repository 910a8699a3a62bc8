package dev.crossfade.control;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.PlanEdit.Promote;
import dev.crossfade.plan.PlanEdit.Rollback;
import dev.crossfade.plan.PlanEdit.SetMaintenance;
import dev.crossfade.plan.PlanEdit.SetThreshold;
import dev.crossfade.plan.PlanFixture;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;

/** The process that the crash test kills: changes without end, each told once it is answered. */
final class ChangesUntilKilled {
  private ChangesUntilKilled() {}

  private static PlanEdit edit(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Rollback();
      case 1 -> new Promote();
      case 2 -> new SetMaintenance(random.nextBoolean(), null, random.nextBoolean());
      default -> new SetThreshold(random.nextInt(10_001));
    };
  }

  public static void main(String[] args) throws Exception {
    Random random = new Random(Long.parseLong(args[1]));
    ControlPlane control =
        new ControlPlane(
            FilePlanStore.open(new StateSettings(Path.of(args[0]), 0)),
            ControlPlane.storeThread(),
            InstantSource.system(),
            0,
            PlanFixture::plan);
    while (true) {
      InForce answer =
          control.apply(
              edit(random), Author.OPERATOR, "x".repeat(random.nextInt(300)), Precondition.NONE);
      System.out.println(answer.state().revision() + " " + answer.state().threshold());
      System.out.flush();
    }
  }
}
