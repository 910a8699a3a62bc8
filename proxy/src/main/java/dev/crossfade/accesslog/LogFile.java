package dev.crossfade.accesslog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Opens what lines are written to. */
@FunctionalInterface
interface LogFile {
  /** Opens it, to add to what is there. */
  GatheringByteChannel open(Path file) throws IOException;

  /** Files of the system, or standard error. */
  static GatheringByteChannel ofSystem(Path file) throws IOException {
    return file.equals(AccessLogSettings.STANDARD_ERROR) ? new StandardError() : append(file);
  }

  private static FileChannel append(Path file) throws IOException {
    // Addresses of clients are nothing for everybody's eyes.
    Set<PosixFilePermission> readableByGroup = PosixFilePermissions.fromString("rw-r-----");
    return FileChannel.open(
        file,
        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        PosixFilePermissions.asFileAttribute(readableByGroup));
  }

  /**
   * Why a file can't be used, for people: the JDK's own messages are often just the file's name.
   */
  static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "its folder is missing";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return reason == null ? failure.toString() : reason;
  }
}
