package dev.crossfade.loadtest;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs of others, also in the folders that are root's alone in many a PATH. */
public final class Installed {
  private Installed() {}

  /** Where a program is installed, if it is. */
  public static Optional<Path> program(String name) {
    Stream<String> path = Stream.ofNullable(System.getenv("PATH"));
    return Stream.concat(
            path.flatMap(folders -> Stream.of(folders.split(File.pathSeparator, -1))),
            Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
