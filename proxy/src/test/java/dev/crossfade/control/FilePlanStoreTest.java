package dev.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crossfade.control.FaultyDisk.Fault;
import dev.crossfade.control.PlanStore.Recovered;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.Maintenance;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.split.Side;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FilePlanStoreTest {
  private static final Change INITIAL = Change.initial(PlanFixture.state(1, 1000));

  /** For the thousands of recoveries here, which no power cut will test. */
  private static final Disk UNSYNCED =
      new Disk() {
        @Override
        public void force(FileChannel file) {}

        @Override
        public void forceFolder(Path folder) {}
      };

  @TempDir Path parent;
  private Path folder;
  private Path history;
  private Path snapshot;

  @BeforeEach
  void nameFiles() {
    folder = parent.resolve("var/state");
    history = folder.resolve("history.log");
    snapshot = folder.resolve("state.json");
  }

  private static Change change(int revision) {
    return new Change(PlanFixture.state(revision, revision * 10), ChangeKind.SPLIT, "percent to …");
  }

  private Recovered reopen() throws StateException {
    try (FilePlanStore store = FilePlanStore.open(folder, UNSYNCED)) {
      return store.recover(INITIAL);
    }
  }

  private void storeThree() throws Exception {
    try (FilePlanStore store = FilePlanStore.open(folder, Disk.REAL)) {
      store.recover(INITIAL);
      store.append(List.of(change(2)));
      store.append(List.of(change(3)));
    }
  }

  @Test
  void aMissingFolderIsMadeForTheOwnerAloneAndHoldsTheInitialState() throws Exception {
    assertThat(reopen().history()).containsExactly(INITIAL);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
        .isEqualTo("rw-------");
    assertThat(reopen()).isEqualTo(new Recovered(List.of(INITIAL), List.of()));
  }

  @Test
  void everythingAChangeSaysIsReadBack() throws Exception {
    ControlState full =
        new ControlState(
            2,
            3333,
            4,
            new Maintenance(true, false, true),
            false,
            Map.of(
                new EndpointKey(Side.OLD, "[::1]:80"), EndpointState.DRAIN,
                new EndpointKey(Side.NEW, "unix:/run/a b.sock"), EndpointState.MAINT),
            Instant.parse("2026-01-02T03:04:05.006Z"),
            "operator",
            "hällo ☃ \"quote\" \\ \n line");
    Change change = new Change(full, ChangeKind.ROLLBACK, "rollback from percent 50");
    try (FilePlanStore store = FilePlanStore.open(folder, Disk.REAL)) {
      store.recover(INITIAL);
      store.append(List.of(change));
    }
    assertThat(reopen()).isEqualTo(new Recovered(List.of(INITIAL, change), List.of()));
    assertThat(Files.readAllLines(history)).hasSize(2);
  }

  @Test
  void aTornLastRecordIsMendedFromTheSnapshot() throws Exception {
    storeThree();
    byte[] whole = Files.readAllBytes(history);
    for (int length = startOfLastRecord(whole); length < whole.length; length++) {
      Files.write(history, Arrays.copyOf(whole, length));
      Recovered recovered = reopen();
      assertThat(recovered.latest()).isEqualTo(change(3));
      assertThat(recovered.damage()).isNotEmpty();
      assertThat(Files.readAllBytes(history)).isEqualTo(whole);
      assertThat(reopen().damage()).isEmpty();
    }
  }

  @Test
  void aTornLastRecordIsCutOffWhereTheSnapshotIsDamagedToo() throws Exception {
    storeThree();
    byte[] whole = Files.readAllBytes(history);
    for (int length = startOfLastRecord(whole); length < whole.length; length++) {
      Files.write(history, Arrays.copyOf(whole, length));
      Files.writeString(snapshot, "garbage");
      Recovered recovered = reopen();
      // Without its end of line alone the record is still whole.
      assertThat(recovered.latest()).isEqualTo(change(length == whole.length - 1 ? 3 : 2));
      assertThat(recovered.damage()).isNotEmpty();
      assertThat(reopen()).isEqualTo(new Recovered(recovered.history(), List.of()));
    }
  }

  @Test
  void noFlippedBitOfTheLastRecordIsBelieved() throws Exception {
    storeThree();
    byte[] whole = Files.readAllBytes(history);
    for (int bit = startOfLastRecord(whole) * 8; bit < whole.length * 8; bit++) {
      Files.write(history, flipped(whole, bit));
      Files.writeString(snapshot, "garbage");
      Recovered recovered = reopen();
      assertThat(recovered.latest()).as("bit %d", bit).isEqualTo(change(2));
      assertThat(recovered.damage()).isNotEmpty();
    }
  }

  @Test
  void aFlippedBitInEveryByteOfTheLastRecordIsMendedFromTheSnapshot() throws Exception {
    storeThree();
    byte[] whole = Files.readAllBytes(history);
    for (int at = startOfLastRecord(whole); at < whole.length; at++) {
      Files.write(history, flipped(whole, at * 8 + at % 8));
      assertThat(reopen().latest()).as("byte %d", at).isEqualTo(change(3));
      assertThat(history).hasBinaryContent(whole);
    }
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }

  @Test
  void damageInTheMiddleCostsThatRecordOnlyAndIsKeptForALook() throws Exception {
    storeThree();
    byte[] damaged = Files.readAllBytes(history);
    damaged[startOfLastRecord(damaged) - 5] ^= 1;
    Files.write(history, damaged);
    Recovered recovered = reopen();
    assertThat(recovered.history()).containsExactly(INITIAL, change(3));
    assertThat(recovered.damage()).containsExactly("history.log, line 2: damaged, and left out.");
    assertThat(folder.resolve("history.log.damaged")).hasBinaryContent(damaged);
  }

  @Test
  void aDamagedOrMissingSnapshotIsMadeAnewFromTheHistory() throws Exception {
    storeThree();
    byte[] whole = Files.readAllBytes(snapshot);
    Files.writeString(snapshot, "garbage");
    assertThat(reopen().latest()).isEqualTo(change(3));
    assertThat(snapshot).hasBinaryContent(whole);
    Files.delete(snapshot);
    assertThat(reopen().damage()).containsExactly("state.json is missing.");
    assertThat(snapshot).hasBinaryContent(whole);
  }

  @Test
  void aLostHistoryLeavesTheSnapshotInForce() throws Exception {
    storeThree();
    Files.delete(history);
    assertThat(reopen().history()).containsExactly(change(3));
    Files.write(history, new byte[0]);
    assertThat(reopen().latest()).isEqualTo(change(3));
  }

  @Test
  void whereNothingGoodIsLeftTheStartIsRefusedAndNothingTouched() throws Exception {
    storeThree();
    byte[] garbage = "\0garbage\u00ff".repeat(20).getBytes(StandardCharsets.ISO_8859_1);
    List<Path> files = new ArrayList<>();
    try (var all = Files.list(folder)) {
      all.forEach(files::add);
    }
    for (Path file : files) {
      Files.write(file, garbage);
    }
    assertThatThrownBy(this::reopen)
        .isInstanceOf(StateException.class)
        .hasMessageContaining(folder.toString());
    assertThat(history).hasBinaryContent(garbage);
    assertThat(snapshot).hasBinaryContent(garbage);
  }

  @Test
  void anEmptiedHistoryAloneIsNoNewFolder() throws Exception {
    storeThree();
    Files.write(history, new byte[0]);
    Files.delete(snapshot);
    assertThatThrownBy(this::reopen).isInstanceOf(StateException.class);
  }

  @Test
  void aSecondProcessIsRefusedAndToldWhoHoldsTheFolder() throws Exception {
    try (FilePlanStore store = FilePlanStore.open(folder, Disk.REAL)) {
      store.recover(INITIAL);
      assertThatThrownBy(this::reopen)
          .isInstanceOf(StateException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    assertThat(reopen().latest()).isEqualTo(INITIAL);
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws Exception {
    Files.createDirectories(folder.getParent());
    Files.writeString(folder, "");
    assertThatThrownBy(this::reopen)
        .isInstanceOf(StateException.class)
        .hasMessageContaining("can't be written");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whatFailedToBeStoredIsNotThereAfterARestart(Fault fault) throws Exception {
    FaultyDisk disk = new FaultyDisk();
    try (FilePlanStore store = FilePlanStore.open(folder, disk)) {
      store.recover(INITIAL);
      store.append(List.of(change(2)));
      disk.faults.add(fault);
      disk.faults.add(Fault.FORCE);
      assertThatThrownBy(() -> store.append(List.of(change(3)))).isInstanceOf(IOException.class);
      disk.faults.clear();
      store.mend();
      assertThat(store.inDoubt()).isFalse();
    }
    assertThat(reopen().history()).containsExactly(INITIAL, change(2));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void theStoreGoesOnOnceTheDiskIsWellAgain(Fault fault) throws Exception {
    FaultyDisk disk = new FaultyDisk();
    try (FilePlanStore store = FilePlanStore.open(folder, disk)) {
      store.recover(INITIAL);
      disk.faults.add(fault);
      if (fault == Fault.TRUNCATE) {
        disk.faults.add(Fault.FORCE); // so that there is something to cut off
      }
      assertThatThrownBy(() -> store.append(List.of(change(2)))).isInstanceOf(IOException.class);
      disk.faults.clear();
      store.append(List.of(change(3), change(4)));
    }
    assertThat(reopen())
        .isEqualTo(new Recovered(List.of(INITIAL, change(3), change(4)), List.of()));
  }

  @Test
  void aFullDiskLeavesNoDoubt() throws Exception {
    FaultyDisk disk = new FaultyDisk();
    try (FilePlanStore store = FilePlanStore.open(folder, disk)) {
      store.recover(INITIAL);
      disk.faults.add(Fault.FULL);
      assertThatThrownBy(() -> store.append(List.of(change(2)))).isInstanceOf(IOException.class);
      assertThat(store.inDoubt()).isFalse();
    }
  }

  @Test
  void aFolderMovedAwayIsNoticed() throws Exception {
    try (FilePlanStore store = FilePlanStore.open(folder, Disk.REAL)) {
      store.recover(INITIAL);
      Path away = parent.resolve("away");
      Files.move(folder, away);
      assertThatThrownBy(() -> store.append(List.of(change(2)))).isInstanceOf(IOException.class);
      Files.move(away, folder);
      store.append(List.of(change(3)));
      Files.delete(history);
      store.append(List.of(change(4)));
    }
    assertThat(reopen())
        .isEqualTo(new Recovered(List.of(INITIAL, change(3), change(4)), List.of()));
  }

  @Test
  void theHistoryDoesNotGrowWithoutEnd() throws Exception {
    try (FilePlanStore store = FilePlanStore.open(folder, Disk.REAL)) {
      store.recover(INITIAL);
      List<Change> many = new ArrayList<>();
      for (int revision = 2; revision < FilePlanStore.COMPACTED_AT; revision++) {
        many.add(new Change(PlanFixture.state(revision, 1), ChangeKind.SPLIT, ""));
      }
      store.append(many);
      assertThat(Files.readAllLines(history)).hasSize(FilePlanStore.COMPACTED_AT - 1);
      store.append(List.of(new Change(PlanFixture.state(30_000, 1), ChangeKind.SPLIT, "")));
    }
    assertThat(reopen().history()).hasSize(History.LENGTH);
  }

  @Test
  void theAffinityKeyIsMadeOnceAndForTheOwnerAlone() throws Exception {
    reopen();
    String key = AffinityKeyFile.keptIn(folder, null, Disk.REAL, new SecureRandom());
    assertThat(key).matches("[0-9a-f]{64}\n");
    assertThat(AffinityKeyFile.keptIn(folder, null, Disk.REAL, new SecureRandom())).isEqualTo(key);
    Path file = folder.resolve("affinity.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "garbage");
    assertThatThrownBy(() -> AffinityKeyFile.keptIn(folder, null, Disk.REAL, new SecureRandom()))
        .isInstanceOf(StateException.class);
  }

  private static int startOfLastRecord(byte[] history) {
    int start = history.length - 1;
    while (history[start - 1] != '\n') {
      start--;
    }
    return start;
  }
}
