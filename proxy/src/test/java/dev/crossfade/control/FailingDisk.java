package dev.crossfade.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A disk of which one operation fails, counted from the first, or that one and all after it. What
 * is said to be synced is not, which only saves time.
 */
final class FailingDisk implements Disk {
  /** How the operation fails. */
  enum Way {
    /** EIO: nothing of it was done. */
    NOT_DONE("Input/output error"),
    /** ENOSPC: a write got half of its bytes there, and another operation was not done. */
    HALF_DONE("No space left on device"),
    /** It was done, and only its report is a failure. */
    DONE("Input/output error");

    private final String message;

    Way(String message) {
      this.message = message;
    }
  }

  private final int failsAt;
  private final boolean forGood;
  private final Way way;
  private int operations;
  private boolean failed;
  private boolean mended;

  /**
   * @param failsAt the first operation that fails, from 1
   * @param forGood whether all after it fail too, until {@link #mend}
   */
  FailingDisk(int failsAt, boolean forGood, Way way) {
    this.failsAt = failsAt;
    this.forGood = forGood;
    this.way = way;
  }

  /** Whether there were as many operations as it takes to fail. */
  boolean failed() {
    return failed;
  }

  /** No more failures. */
  void mend() {
    mended = true;
  }

  private interface Operation {
    void run() throws IOException;
  }

  private boolean fails() {
    operations++;
    boolean fails = !mended && (operations == failsAt || forGood && operations > failsAt);
    failed |= fails;
    return fails;
  }

  private void attempt(Operation operation) throws IOException {
    boolean fails = fails();
    if (!fails || way == Way.DONE) {
      operation.run();
    }
    if (fails) {
      throw new IOException(way.message);
    }
  }

  @Override
  public int write(FileChannel file, ByteBuffer bytes) throws IOException {
    if (!fails()) {
      return Disk.super.write(file, bytes);
    }
    if (way != Way.NOT_DONE) {
      int length = way == Way.DONE ? bytes.remaining() : bytes.remaining() / 2;
      Disk.super.write(file, bytes.slice(bytes.position(), length));
    }
    throw new IOException(way.message);
  }

  @Override
  public void force(FileChannel file) throws IOException {
    attempt(() -> {});
  }

  @Override
  public void truncate(FileChannel file, long length) throws IOException {
    attempt(() -> Disk.super.truncate(file, length));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    attempt(() -> Disk.super.rename(from, to));
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    attempt(() -> {});
  }
}
