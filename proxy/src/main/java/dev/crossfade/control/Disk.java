package dev.crossfade.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The file operations that can fail under a running store, so that tests can make them fail. */
interface Disk {
  /** The machine's own. */
  Disk REAL = new Disk() {};

  /** Writes at the position of the channel; may write less than all. */
  default int write(FileChannel file, ByteBuffer bytes) throws IOException {
    return file.write(bytes);
  }

  /** Makes the file's content and length durable. */
  default void force(FileChannel file) throws IOException {
    file.force(true);
  }

  /** Cuts the file. */
  default void truncate(FileChannel file, long length) throws IOException {
    file.truncate(length);
  }

  /** Puts a file in the place of another, in one step. */
  default void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes the names in a folder durable. */
  default void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
