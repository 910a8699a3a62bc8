package dev.crossfade.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A folder of its own with the files that configurations name, to put a crossfade.conf into. */
final class ConfigFolder {
  /** What <code>${…}</code> finds in these tests. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("EMPTY", "", "OVER", "101", "STATE", "/var/lib/state", "SIDE", "new");

  private final Path folder;

  ConfigFolder(Path folder) {
    this.folder = folder;
    try (Stream<Path> files = Files.list(resource("files"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file or folder beside this class. */
  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(ConfigFolder.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  /** Writes crossfade.conf and reads it. */
  ConfigFile.Loaded read(String text) throws ConfigProblems {
    return ConfigFile.read(write(text), ENVIRONMENT);
  }

  Path write(String text) {
    try {
      return Files.writeString(path("crossfade.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The problems, without the folder's own name. */
  String messages(ConfigProblems refused) {
    return String.valueOf(refused.getMessage())
        .replace(folder + "/crossfade.conf:", "crossfade.conf:")
        .replace(folder.toString(), "$DIR");
  }
}
