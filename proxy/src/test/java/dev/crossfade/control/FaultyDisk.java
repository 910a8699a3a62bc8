package dev.crossfade.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A disk on which chosen operations fail until they are mended. */
final class FaultyDisk implements Disk {
  enum Fault {
    /** Half of what is to be written gets there, then the disk is full. */
    FULL,
    WRITE,
    FORCE,
    TRUNCATE,
    RENAME,
    FORCE_FOLDER
  }

  final Set<Fault> faults = new HashSet<>();

  private void failOn(Fault fault, String message) throws IOException {
    if (faults.contains(fault)) {
      throw new IOException(message);
    }
  }

  @Override
  public int write(FileChannel file, ByteBuffer bytes) throws IOException {
    failOn(Fault.WRITE, "Input/output error");
    if (faults.contains(Fault.FULL)) {
      if (bytes.remaining() < 2) {
        throw new IOException("No space left on device");
      }
      ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
      int written = Disk.super.write(file, half);
      bytes.position(bytes.position() + written);
      return written;
    }
    return Disk.super.write(file, bytes);
  }

  @Override
  public void force(FileChannel file) throws IOException {
    failOn(Fault.FORCE, "Input/output error");
    Disk.super.force(file);
  }

  @Override
  public void truncate(FileChannel file, long length) throws IOException {
    failOn(Fault.TRUNCATE, "Input/output error");
    Disk.super.truncate(file, length);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    failOn(Fault.RENAME, "Read-only file system");
    Disk.super.rename(from, to);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    failOn(Fault.FORCE_FOLDER, "Input/output error");
    Disk.super.forceFolder(folder);
  }
}
