package dev.crossfade.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the pipe behind standard output still has a reader.
 *
 * <p>A write would tell too, but a command that reports changes may have nothing to write for
 * hours, and {@code crossfade watch | head -1} is to end when head does. So we open the pipe once
 * more, as Linux lets us by its name in /proc: that returns at once while there is a reader and
 * hangs while there is none (fifo(7)). Where standard output is no pipe, or there is no /proc, the
 * next write has to tell.
 *
 * <p>Used by one thread.
 */
final class OutputPipe {
  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

  /** So that an opening which is merely slow on a busy machine counts for nothing. */
  private static final int LOOKS_UNTIL_SURE = 3;

  private @Nullable Thread opening;
  private int looks;

  /**
   * Whether an opening still hangs at the third look at it; begins the next one where none does.
   */
  boolean isAbandoned() {
    if (opening != null && opening.isAlive()) {
      return ++looks >= LOOKS_UNTIL_SURE;
    }
    looks = 0;
    if (isPipe()) {
      Thread thread = new Thread(OutputPipe::open, "output-pipe");
      thread.setDaemon(true);
      thread.start();
      opening = thread;
    }
    return false;
  }

  private static boolean isPipe() {
    try {
      return Files.readSymbolicLink(STANDARD_OUTPUT).toString().startsWith("pipe:");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static void open() {
    try (FileOutputStream again = new FileOutputStream(STANDARD_OUTPUT.toFile())) {
      again.flush();
    } catch (IOException e) {
      // The pipe is still there as far as this can tell.
    }
  }
}
