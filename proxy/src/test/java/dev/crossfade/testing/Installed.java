package dev.crossfade.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs that a test needs beside Java's own. */
public final class Installed {
  private Installed() {}

  /**
   * Finds a program. Where it is missing the test is skipped and says so; in CI, where it must run,
   * it fails.
   *
   * @param debianPackage that brings it
   */
  public static Path require(String command, String debianPackage) {
    Optional<Path> found =
        Stream.concat(
                Pattern.compile(Pattern.quote(File.pathSeparator))
                    .splitAsStream(System.getenv().getOrDefault("PATH", "")),
                Stream.of("/usr/sbin", "/usr/local/sbin"))
            .map(place -> Path.of(place, command))
            .filter(Files::isExecutable)
            .findFirst();
    String missing = "There is no " + command + " on this machine; install " + debianPackage;
    if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
      fail(missing + ": in CI this test must run");
    }
    if (found.isEmpty()) {
      System.err.println("A test is skipped. " + missing);
    }
    assumeTrue(found.isPresent(), missing);
    return found.get();
  }
}
