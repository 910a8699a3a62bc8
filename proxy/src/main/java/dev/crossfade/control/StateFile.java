package dev.crossfade.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One file of the state folder, read and written as a whole or at its end. Whatever returns without
 * an exception is durable.
 */
final class StateFile {
  /** For the owner alone: the files hold a key, and what operators wrote. */
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Disk disk;
  private final Path path;
  private final Path temporary;
  private boolean inDoubt;

  StateFile(Disk disk, Path path) {
    this.disk = disk;
    this.path = path;
    this.temporary = path.resolveSibling(path.getFileName() + ".tmp");
  }

  Path path() {
    return path;
  }

  /** The content; null where there is no file. */
  byte @Nullable [] read() throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Bytes on the disk; -1 where there is no file. */
  long length() throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  /** Whether a failure may have left on the disk what was to be written. */
  boolean inDoubt() {
    return inDoubt;
  }

  /** What is on the disk may have to be taken away again. */
  void doubt() {
    inDoubt = true;
  }

  /** Puts the content in the place of the present one, in one step, and ends all doubt. */
  void replace(byte[] content) throws IOException {
    Files.deleteIfExists(temporary);
    try (FileChannel file =
        FileChannel.open(
            temporary, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), PRIVATE)) {
      writeAll(file, content);
    }
    // From here on the name may stand for the new content, even if an exception says otherwise.
    inDoubt = true;
    disk.rename(temporary, path);
    disk.forceFolder(folder());
    inDoubt = false;
  }

  /** Adds to the end of a file that is known to have that length. */
  void append(long length, byte[] content) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      file.position(length);
      inDoubt = true;
      writeAll(file, content);
      inDoubt = false;
    }
  }

  /** Takes away what stands behind that length, and ends all doubt. */
  void cut(long length) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      disk.truncate(file, length);
      disk.force(file);
      inDoubt = false;
    }
  }

  private void writeAll(FileChannel file, byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      if (disk.write(file, bytes) <= 0) {
        throw new IOException("Nothing more could be written to " + path + ".");
      }
    }
    disk.force(file);
  }

  private Path folder() {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalStateException(path + " is in no folder.");
    }
    return parent;
  }
}
