package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The launcher script and its archive of classes, in a checkout where a program of one line is
 * built: whatever has become of the archive, every start is a good and quiet one.
 */
class LauncherTest {
  private static final String GREETING = "started";

  /** What is built: greets, or tells a property of the virtual machine. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      System.out.println(args.length > 1 ? System.getProperty(args[1]) : GREETING);
    }
  }

  @TempDir Path folder;
  private Path checkout;

  @BeforeEach
  void build() throws IOException {
    checkout = folder.resolve("checkout");
    Files.createDirectories(jar().getParent());
    Files.copy(
        Path.of("../crossfade"), checkout.resolve("crossfade"), StandardCopyOption.COPY_ATTRIBUTES);
    writeJar(jar(), "as it was built");
  }

  private Path jar() {
    return checkout.resolve("proxy/target/crossfade-all.jar");
  }

  private static void writeJar(Path jar, String content) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Program.class.getName());
    String name = Program.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file, manifest);
        InputStream program = Program.class.getResourceAsStream("/" + name)) {
      entries.putNextEntry(new JarEntry(name));
      program.transferTo(entries);
      entries.putNextEntry(new JarEntry("content"));
      entries.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A server's start, since that is the one that tells what the virtual machine warns of. */
  private void assertStartsQuietly() throws Exception {
    assertSays(GREETING, "run");
  }

  private void assertSays(String expected, String... arguments) throws Exception {
    Path said = folder.resolve("said");
    Path complained = folder.resolve("complained");
    ProcessBuilder start =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(checkout.resolve("crossfade").toString()), Stream.of(arguments))
                    .toList())
            .directory(folder.toFile())
            .redirectOutput(said.toFile())
            .redirectError(complained.toFile());
    start.environment().put("JAVA_HOME", System.getProperty("java.home"));
    start.environment().remove("CROSSFADE_JAVA_OPTS");
    start.environment().remove("JAVA_TOOL_OPTIONS");
    assertThat(start.start().waitFor()).as(Files.readString(complained)).isZero();
    assertThat(complained).isEmptyFile();
    assertThat(said).content().isEqualTo(expected + "\n");
  }

  private Path archive() throws IOException {
    try (Stream<Path> built = Files.list(jar().getParent())) {
      return built.filter(file -> file.toString().endsWith(".jsa")).findFirst().orElseThrow();
    }
  }

  /** Which file it is: another one with every making. */
  private Object archiveMade() throws IOException {
    return Files.readAttributes(archive(), "unix:ino,lastModifiedTime");
  }

  @Test
  void theArchiveIsMadeOnceAndUsedFromThenOn() throws Exception {
    assertStartsQuietly();
    assertThat(archive()).isNotEmptyFile();
    Object made = archiveMade();
    assertStartsQuietly();
    assertThat(archiveMade()).isEqualTo(made);
  }

  /**
   * To set up the flight recorder's events takes longer than many requests, and the first waits.
   */
  @Test
  void aServerDoesWithoutNettysEventsOfTheFlightRecorder() throws Exception {
    assertSays("false", "run", "io.netty.jfr.enabled");
  }

  private enum Mishap {
    /** A disk that was full, a copy that was broken off. */
    CUT_SHORT,
    OVERWRITTEN,
    /** A build of yesterday is put back. */
    OTHER_JAR,
    /** Copied or renamed, with the times of all files. */
    OTHER_PLACE,
    /** The same version by somebody else. */
    NO_ARCHIVE_OF_THIS_JAVA
  }

  @ParameterizedTest
  @EnumSource
  void anArchiveThatIsNoGoodIsMadeAnew(Mishap mishap) throws Exception {
    assertStartsQuietly();
    Path spoilt = archive();
    long whole = Files.size(spoilt);
    assertThat(spoilt.toFile().setWritable(true)).isTrue();
    switch (mishap) {
      case CUT_SHORT -> cut(spoilt, whole / 10);
      case OVERWRITTEN -> overwrite(spoilt, whole / 2);
      case OTHER_JAR -> {
        writeJar(jar(), "another content of another length");
        Files.setLastModifiedTime(jar(), FileTime.from(Instant.EPOCH));
      }
      case OTHER_PLACE -> {
        Files.move(checkout, folder.resolve("moved"));
        checkout = folder.resolve("moved");
      }
      case NO_ARCHIVE_OF_THIS_JAVA -> Files.writeString(spoilt, "of another Java");
    }
    Object before = archiveMade();
    assertStartsQuietly();
    assertThat(archiveMade()).isNotEqualTo(before);
    assertThat(archive()).isNotEmptyFile();
    Object anew = archiveMade();
    assertStartsQuietly();
    assertThat(archiveMade()).isEqualTo(anew);
  }

  private static void cut(Path file, long length) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(length);
    }
  }

  private static void overwrite(Path file, long from) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(from);
      bytes.write(new byte[64 * 1024]);
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
  }
}
