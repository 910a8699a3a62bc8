package dev.crossfade.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control state in a folder.
 *
 * <ul>
 *   <li>{@code history.log}: every change a line of JSON with a checksum ({@link ChangeRecord}),
 *       appended. Each line holds the whole state, so the last good one is the last good state.
 *   <li>{@code state.json}: the newest of these lines once more, replaced in one step. It saves the
 *       state where the end of the history is damaged, and notices a history that lost its end.
 *   <li>{@code lock}: held while a process uses the folder; the number in it is that process's.
 * </ul>
 *
 * <p>A change counts as stored once both files hold it and both are on the disk. If either fails,
 * both are put back to what they were, at once or by {@link #mend}: what was refused must not come
 * into force by a restart. After a failed fsync the bytes are written again, never only synced
 * again: the kernel may have marked the lost pages clean.
 *
 * <p>Files are opened for each change, and their length checked: a folder that was moved away or
 * restored from a backup under a running proxy is noticed rather than written to in the void.
 */
public final class FilePlanStore implements PlanStore {
  private static final Logger log = LoggerFactory.getLogger(FilePlanStore.class);

  /** Lines at which the history is shortened to the {@link History#LENGTH} newest. */
  static final int COMPACTED_AT = 2 * History.LENGTH;

  private final Path folder;
  private final FileChannel lock;
  private final Disk disk;
  private final StateFile historyFile;
  private final StateFile snapshotFile;

  /** What the history file holds, oldest first. */
  private final Deque<Change> stored = new ArrayDeque<>();

  private long historyLength;

  private FilePlanStore(Path folder, FileChannel lock, Disk disk) {
    this.folder = folder;
    this.lock = lock;
    this.disk = disk;
    this.historyFile = new StateFile(disk, folder.resolve("history.log"));
    this.snapshotFile = new StateFile(disk, folder.resolve("state.json"));
  }

  /**
   * Makes the folder where it is missing and takes its lock.
   *
   * @throws StateException if the folder can't be written, or another process holds it
   */
  public static FilePlanStore open(StateSettings settings) throws StateException {
    return open(settings.dir(), Disk.REAL);
  }

  static FilePlanStore open(Path folder, Disk disk) throws StateException {
    try {
      makeFolder(folder);
      return new FilePlanStore(folder, lock(folder), disk);
    } catch (IOException e) {
      throw new StateException("The state folder " + folder + " can't be written: " + e, e);
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("no permission to write to it");
    }
  }

  private static FileChannel lock(Path folder) throws IOException, StateException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"),
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        nameHolder(channel);
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held within this process; said like any other.
    }
    String holder = holder(channel);
    channel.close();
    throw new StateException("The state folder " + folder + " is in use by " + holder + ".");
  }

  private static void nameHolder(FileChannel channel) {
    try {
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
          0);
    } catch (IOException e) {
      // The number is a courtesy; the lock holds without it, on a full disk too.
      log.warn("could not write the process number into the state folder's lock: {}", e.toString());
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    String number = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    return number.strip().matches("[0-9]+") ? "process " + number.strip() : "another process";
  }

  @Override
  public Recovered recover(Change initial) throws StateException {
    try {
      byte[] historyBytes = historyFile.read();
      byte[] snapshotBytes = snapshotFile.read();
      if (historyBytes == null && snapshotBytes == null) {
        begin(initial);
        return new Recovered(List.of(initial), List.of());
      }
      Recovery recovery = Recovery.of(historyBytes, snapshotBytes);
      if (recovery.good().isEmpty()) {
        throw new StateException(
            "Nothing good is left of the control state in "
                + folder
                + ": "
                + String.join(" ", recovery.damage())
                + " Restore the folder from a backup, or move it away to begin with"
                + " split.initial-percent.");
      }
      takeUp(recovery, historyBytes);
      return new Recovered(recovery.good(), recovery.damage());
    } catch (IOException e) {
      throw new StateException(
          "The control state in " + folder + " can't be read or written: " + e, e);
    }
  }

  private void begin(Change initial) throws IOException {
    stored.add(initial);
    rewriteHistory();
    snapshotFile.replace(ChangeRecord.encode(initial));
  }

  private void takeUp(Recovery recovery, byte @Nullable [] historyBytes) throws IOException {
    stored.addAll(recovery.good());
    if (!recovery.historyIsGood()) {
      if (historyBytes != null) {
        new StateFile(disk, folder.resolve("history.log.damaged")).replace(historyBytes);
      }
      rewriteHistory();
    } else {
      historyLength = historyFile.length();
    }
    if (!recovery.snapshotIsNewest()) {
      snapshotFile.replace(ChangeRecord.encode(stored.getLast()));
    }
  }

  @Override
  public void append(List<Change> changes) throws IOException {
    mend();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Change change : changes) {
      lines.writeBytes(ChangeRecord.encode(change));
    }
    byte[] newest = ChangeRecord.encode(changes.get(changes.size() - 1));
    try {
      historyFile.append(historyLength, lines.toByteArray());
      snapshotFile.replace(newest);
    } catch (IOException | RuntimeException e) {
      // The history may hold the change whole and well: until it is cut off, a restart would find
      // it.
      historyFile.doubt();
      putBack(e);
      throw e;
    }
    historyLength += lines.size();
    stored.addAll(changes);
    compact();
  }

  private void putBack(Exception failure) {
    try {
      mend();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public boolean inDoubt() {
    return historyFile.inDoubt() || snapshotFile.inDoubt();
  }

  @Override
  public void mend() throws IOException {
    long onDisk = historyFile.length();
    if (onDisk < historyLength) {
      log.error("{} was lost or cut; it is written anew", historyFile.path());
      rewriteHistory();
    } else if (onDisk > historyLength || historyFile.inDoubt()) {
      historyFile.cut(historyLength);
    }
    if (snapshotFile.inDoubt()) {
      snapshotFile.replace(ChangeRecord.encode(stored.getLast()));
    }
  }

  private void compact() {
    if (stored.size() < COMPACTED_AT) {
      return;
    }
    while (stored.size() > History.LENGTH) {
      stored.removeFirst();
    }
    try {
      rewriteHistory();
    } catch (IOException | RuntimeException e) {
      // What is stored stays stored; the next change finds another length, and writes it anew.
      log.warn("could not shorten {}: {}", historyFile.path(), e.toString());
    }
  }

  private void rewriteHistory() throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Change change : stored) {
      lines.writeBytes(ChangeRecord.encode(change));
    }
    historyFile.replace(lines.toByteArray());
    historyLength = lines.size();
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("could not let go of the lock of {}: {}", folder, e.toString());
    }
  }

  /**
   * What can be made of the two files.
   *
   * @param good oldest first; empty if nothing is left
   * @param damage in sentences for operators
   * @param historyIsGood whether the history file holds exactly the good changes
   */
  private record Recovery(
      List<Change> good, List<String> damage, boolean historyIsGood, boolean snapshotIsNewest) {

    static Recovery of(byte @Nullable [] historyBytes, byte @Nullable [] snapshotBytes) {
      List<String> damage = new ArrayList<>();
      List<Change> good = readHistory(historyBytes, damage);
      boolean historyIsGood = damage.isEmpty();
      Change snapshot = readSnapshot(snapshotBytes, damage);
      long newest = good.isEmpty() ? 0 : good.get(good.size() - 1).state().revision();
      if (snapshot == null || snapshot.state().revision() < newest) {
        return new Recovery(good, damage, historyIsGood, false);
      }
      if (snapshot.state().revision() > newest) {
        damage.add(
            "history.log ends before revision "
                + snapshot.state().revision()
                + ", which state.json holds and which is in force again.");
        good.add(snapshot);
        historyIsGood = false;
      }
      return new Recovery(good, damage, historyIsGood, true);
    }

    private static List<Change> readHistory(byte @Nullable [] bytes, List<String> damage) {
      List<Change> good = new ArrayList<>();
      if (bytes == null) {
        damage.add("history.log is missing.");
        return good;
      }
      if (bytes.length == 0) {
        damage.add("history.log is empty.");
      }
      long newest = 0;
      int line = 1;
      for (int from = 0; from < bytes.length; line++) {
        int end = endOfLine(bytes, from);
        Change change = ChangeRecord.decode(bytes, from, end);
        if (change != null && change.state().revision() > newest) {
          good.add(change);
          newest = change.state().revision();
        }
        if (change == null || newest != change.state().revision()) {
          damage.add(
              "history.log, line "
                  + line
                  + (end == bytes.length
                      ? ": the last record is torn and was cut off."
                      : ": damaged, and left out."));
        } else if (end == bytes.length) {
          damage.add("history.log, line " + line + ": its end was missing, and was added.");
        }
        from = end + 1;
      }
      return good;
    }

    private static int endOfLine(byte[] bytes, int from) {
      int end = from;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      return end;
    }

    private static @Nullable Change readSnapshot(byte @Nullable [] bytes, List<String> damage) {
      if (bytes == null) {
        damage.add("state.json is missing.");
        return null;
      }
      int end = endOfLine(bytes, 0);
      Change change = end == bytes.length - 1 ? ChangeRecord.decode(bytes, 0, end) : null;
      if (change == null) {
        damage.add("state.json is damaged.");
      }
      return change;
    }
  }
}
