package dev.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.PlanEdit.Rollback;
import dev.crossfade.plan.PlanEdit.SetThreshold;
import dev.crossfade.plan.PlanFixture;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full, and one that is really read-only: a small file system in memory. */
class RealDiskIT {
  @TempDir Path parent;

  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(parent.resolve("disk"));
    int code = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString());
    Assumptions.assumeTrue(code == 0, "a file system can be mounted only by root");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", disk.toString());
  }

  private static int run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  private ControlPlane start() throws StateException {
    return new ControlPlane(
        FilePlanStore.open(new StateSettings(disk.resolve("data"), 0)),
        ControlPlane.storeThread(),
        InstantSource.system(),
        0,
        PlanFixture::plan);
  }

  private static InForce apply(ControlPlane control, PlanEdit edit) throws ChangeRefused {
    // Longer than what a full disk may still have room for in its last page.
    return control.apply(edit, Author.OPERATOR, "r".repeat(900), Precondition.NONE);
  }

  private static void assertNotStored(ControlPlane control, PlanEdit edit) {
    assertThatThrownBy(() -> apply(control, edit))
        .isInstanceOfSatisfying(
            ChangeRefused.class,
            refused -> assertThat(refused.why()).isEqualTo(ChangeRefused.Why.NOT_STORED));
  }

  private Path fill() throws IOException {
    Path file = disk.resolve("fill");
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[512]);
      }
    } catch (IOException e) {
      return file;
    }
  }

  /** Changes until one is refused; gives back how many were not. */
  private static int changesUntilRefused(ControlPlane control) {
    for (int i = 0; i < 200; i++) {
      try {
        apply(control, new SetThreshold(1 + i));
      } catch (ChangeRefused e) {
        return i;
      }
    }
    throw new AssertionError("The disk never filled up.");
  }

  @Test
  void onAFullDiskAChangeIsRefusedAndARollbackHolds() throws Exception {
    try (ControlPlane control = start()) {
      apply(control, new SetThreshold(3000));
      Path filler = fill();
      changesUntilRefused(control);
      var before = control.get().state();
      assertNotStored(control, new SetThreshold(9000));
      assertThat(control.get().state()).isEqualTo(before);

      InForce rollback = apply(control, new Rollback());
      assertThat(rollback.durable()).isFalse();
      assertThat(control.get().state().threshold()).isZero();
      assertNotStored(control, new SetThreshold(9000));
      assertThat(control.get().state()).isEqualTo(rollback.state());

      Files.delete(filler);
      await().atMost(Duration.ofSeconds(60)).until(control::durable);
      assertThat(control.get().state()).isEqualTo(rollback.state());
    }
    try (ControlPlane again = start()) {
      assertThat(again.get().state().threshold()).isZero();
    }
  }

  @Test
  void aStartOnAFullDiskKeepsTheStateAndNoNewOneIsMade() throws Exception {
    try (ControlPlane control = start()) {
      apply(control, new SetThreshold(4200));
    }
    Path filler = fill();
    try (ControlPlane again = start()) {
      assertThat(again.get().state().threshold()).isEqualTo(4200);
    }
    Files.move(disk.resolve("data"), disk.resolve("moved"));
    assertThatThrownBy(this::start).isInstanceOf(StateException.class);
    Files.delete(filler);
  }

  @Test
  void aFolderThatBecomesReadOnlyKeepsTheRollbackInForce() throws Exception {
    try (ControlPlane control = start()) {
      apply(control, new SetThreshold(3000));
      // A second, read-only mount of the folder: the file system is busy with the lock of the
      // first.
      String data = disk.resolve("data").toString();
      assertThat(run("mount", "--bind", data, data)).isZero();
      assertThat(run("mount", "-o", "remount,bind,ro", data)).isZero();
      assertNotStored(control, new SetThreshold(9000));
      InForce rollback = apply(control, new Rollback());
      assertThat(rollback.durable()).isFalse();
      assertThat(control.get().state().threshold()).isZero();
      assertThat(run("umount", "-l", data)).isZero();
      await().atMost(Duration.ofSeconds(60)).until(control::durable);
    }
    try (ControlPlane again = start()) {
      assertThat(again.get().state().threshold()).isZero();
    }
  }

  @Test
  void aStartOnAReadOnlyFolderIsRefused() throws Exception {
    try (ControlPlane control = start()) {
      apply(control, new SetThreshold(3000));
    }
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
    assertThatThrownBy(this::start)
        .isInstanceOf(StateException.class)
        .hasMessageContaining("can't be written");
    assertThat(run("mount", "-o", "remount,rw", disk.toString())).isZero();
    try (ControlPlane again = start()) {
      assertThat(again.get().state().threshold()).isEqualTo(3000);
    }
  }
}
