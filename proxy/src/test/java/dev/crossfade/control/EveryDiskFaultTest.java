package dev.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.PlanEdit.Rollback;
import dev.crossfade.plan.PlanEdit.SetThreshold;
import dev.crossfade.plan.PlanFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation on the disk fails once, and each is the first of many that fail; in all ways. What
 * a restart at that moment would find is looked at in a copy of the folder.
 */
class EveryDiskFaultTest {
  private static final int BEFORE = 1000;
  private static final int WANTED = 7500;

  @TempDir Path parent;

  private int copies;

  /** A scenario under a disk that fails somewhere, and what must hold then. */
  private interface Scenario {
    void run(Path folder, FailingDisk disk) throws Exception;
  }

  /**
   * Lets the first, second, … operation fail until there are no more. Tells how many there were.
   */
  private int atEveryOperation(FailingDisk.Way way, boolean forGood, Scenario scenario)
      throws Exception {
    for (int at = 1; ; at++) {
      FailingDisk disk = new FailingDisk(at, forGood, way);
      Path folder = parent.resolve("state-" + way + at);
      prepare(folder);
      scenario.run(folder, disk);
      if (!disk.failed()) {
        return at - 1;
      }
    }
  }

  /** One for a control plane that has started and changes something while the disk fails. */
  private interface RunningScenario {
    void run(Path folder, FailingDisk disk, ControlPlane control, HeldRetries thread)
        throws Exception;
  }

  private void atEveryOperationOfARunningOne(
      FailingDisk.Way way, boolean forGood, RunningScenario scenario) throws Exception {
    int operations =
        atEveryOperation(
            way,
            forGood,
            (folder, disk) -> {
              HeldRetries thread = new HeldRetries();
              try (ControlPlane control = control(folder, disk, thread)) {
                scenario.run(folder, disk, control, thread);
              }
            });
    assertThat(operations).as("operations that could fail").isGreaterThan(4);
  }

  /** A folder with a history: revision 1, and 2 with {@link #BEFORE} in force. */
  private static void prepare(Path folder) throws Exception {
    try (ControlPlane control = control(folder, new FailingDisk(0, false, FailingDisk.Way.DONE))) {
      apply(control, new SetThreshold(BEFORE));
    }
  }

  private static ControlPlane control(Path folder, Disk disk) throws StateException {
    return control(folder, disk, new HeldRetries());
  }

  private static ControlPlane control(Path folder, Disk disk, HeldRetries thread)
      throws StateException {
    return new ControlPlane(
        FilePlanStore.open(folder, disk), thread, InstantSource.system(), 0, PlanFixture::plan);
  }

  private static InForce apply(ControlPlane control, PlanEdit edit) throws ChangeRefused {
    return control.apply(edit, Author.OPERATOR, "why", Precondition.NONE);
  }

  /** The threshold that a start after a crash at this moment would find. */
  private int afterACrash(Path folder) throws Exception {
    Path copy = Files.createDirectory(parent.resolve("copy-" + copies++));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    try (ControlPlane control = control(copy, Disk.REAL)) {
      return control.get().state().threshold();
    }
  }

  static Stream<Arguments> everyWayOnceAndForGood() {
    return Stream.of(FailingDisk.Way.values())
        .flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true)));
  }

  @ParameterizedTest
  @MethodSource("everyWayOnceAndForGood")
  void aChangeIsEitherRefusedOrThereAfterACrash(FailingDisk.Way way, boolean forGood)
      throws Exception {
    atEveryOperationOfARunningOne(
        way,
        forGood,
        (folder, disk, control, thread) -> {
          boolean taken = taken(control);
          int inForce = control.get().state().threshold();
          assertThat(inForce).isEqualTo(taken ? WANTED : BEFORE);
          if (control.durable()) {
            assertThat(afterACrash(folder)).isEqualTo(inForce);
          } else {
            // Nothing could be put back; then it is one of the two, and no start is refused.
            assertThat(taken).isFalse();
            assertThat(afterACrash(folder)).isIn(BEFORE, WANTED);
            disk.mend();
            thread.runRetry();
            assertThat(control.durable()).isTrue();
            assertThat(afterACrash(folder)).isEqualTo(BEFORE);
          }
          disk.mend();
          apply(control, new SetThreshold(1));
          assertThat(afterACrash(folder)).as("and it goes on").isEqualTo(1);
        });
  }

  private static boolean taken(ControlPlane control) {
    try {
      return apply(control, new SetThreshold(WANTED)).durable();
    } catch (ChangeRefused e) {
      assertThat(e.why()).isEqualTo(ChangeRefused.Why.NOT_STORED);
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("everyWayOnceAndForGood")
  void aRollbackIsAlwaysInForceAndDurableWhenItSaysSo(FailingDisk.Way way, boolean forGood)
      throws Exception {
    atEveryOperationOfARunningOne(
        way,
        forGood,
        (folder, disk, control, thread) -> {
          InForce answer = apply(control, new Rollback());
          assertThat(answer.state().threshold()).isZero();
          assertThat(control.get().state()).isEqualTo(answer.state());
          assertThat(control.durable()).isEqualTo(answer.durable());
          if (!answer.durable()) {
            assertThat(afterACrash(folder)).isIn(BEFORE, 0);
            disk.mend();
            thread.runRetry();
          }
          assertThat(control.durable()).isTrue();
          assertThat(afterACrash(folder)).isZero();
          assertThat(control.get().state()).isEqualTo(answer.state());
        });
  }

  private interface Damage {
    void to(Path folder) throws IOException;
  }

  private static final List<Damage> DAMAGES =
      List.of(
          folder -> {},
          folder -> Files.delete(folder.resolve("state.json")),
          folder -> Files.delete(folder.resolve("history.log")),
          folder -> Files.writeString(folder.resolve("state.json"), "{\"crc32c\":"),
          folder -> cutLast(folder.resolve("history.log")));

  private static void cutLast(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(all, all.length - 7));
  }

  @ParameterizedTest
  @EnumSource(FailingDisk.Way.class)
  void aStartThatFailsLeavesWhatTheNextOneNeeds(FailingDisk.Way way) throws Exception {
    int operations = 0;
    for (Damage damage : DAMAGES) {
      for (boolean forGood : new boolean[] {false, true}) {
        operations +=
            atEveryOperation(
                way,
                forGood,
                (folder, disk) -> {
                  damage.to(folder);
                  try (ControlPlane control = control(folder, disk)) {
                    assertThat(control.get().state().threshold()).isEqualTo(BEFORE);
                  } catch (StateException e) {
                    assertThat(e).hasMessageContaining("can't be");
                  }
                  assertThat(afterACrash(folder)).isEqualTo(BEFORE);
                });
      }
    }
    assertThat(operations).isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource(FailingDisk.Way.class)
  void theFirstStartOfAllIsMadeGoodByTheNext(FailingDisk.Way way) throws Exception {
    List<Integer> found = new ArrayList<>();
    for (int at = 1; ; at++) {
      FailingDisk disk = new FailingDisk(at, true, way);
      Path folder = parent.resolve("new-" + at);
      try (ControlPlane control = control(folder, disk)) {
        found.add(control.get().state().threshold());
      } catch (StateException e) {
        found.add(-1);
      }
      assertThat(afterACrash(folder)).isZero();
      if (!disk.failed()) {
        break;
      }
    }
    assertThat(found).containsOnly(-1, 0).endsWith(0).hasSizeGreaterThan(4);
  }

  @Test
  void theKeyOfTheAffinityCookieIsWholeOrNotThere() throws Exception {
    for (FailingDisk.Way way : FailingDisk.Way.values()) {
      for (int at = 1; ; at++) {
        FailingDisk disk = new FailingDisk(at, true, way);
        Path folder = Files.createDirectory(parent.resolve("key-" + way + at));
        java.security.SecureRandom random = new java.security.SecureRandom();
        try {
          AffinityKeyFile.keptIn(folder, null, disk, random);
        } catch (StateException e) {
          assertThat(disk.failed()).isTrue();
        }
        assertThat(AffinityKeyFile.keptIn(folder, null, Disk.REAL, random)).hasSize(65);
        if (!disk.failed()) {
          break;
        }
      }
    }
  }
}
