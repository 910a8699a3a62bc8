package dev.crossfade.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A program that runs in a temporary folder of its own, where its files are and what it writes. The
 * folder goes when the program is closed, but stays where it has failed, since its log tells why.
 * One thread's.
 */
public final class StartedProgram implements Closeable {
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 10_000_000;

  /** How a program is started. */
  public interface Setup {
    /**
     * Writes what it needs.
     *
     * @param folder its own, where it will run
     * @return the command
     */
    List<String> in(Path folder) throws IOException;
  }

  /** Whether something has come about. */
  public interface Condition {
    boolean holds(StartedProgram program) throws IOException;
  }

  private final String name;
  private final Path folder;
  private final Process process;
  private boolean failed;

  private StartedProgram(String name, Path folder, Process process) {
    this.name = name;
    this.folder = folder;
    this.process = process;
  }

  /**
   * Starts a program and waits until it can be used.
   *
   * @param name for messages
   * @throws IOException if it does not get there; the message has the last line of its log
   */
  public static StartedProgram start(String name, Setup setup, Condition ready, Duration patience)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("crossfade-loadtest-");
    StartedProgram program;
    try {
      program = new StartedProgram(name, folder, launch(folder, setup.in(folder)));
    } catch (IOException e) {
      delete(folder);
      throw e;
    }
    try {
      program.await(ready, patience, "did not start");
      return program;
    } catch (IOException | InterruptedException e) {
      program.close();
      throw e;
    }
  }

  private static Process launch(Path folder, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output(folder).toFile()))
        .redirectError(ProcessBuilder.Redirect.appendTo(log(folder).toFile()))
        .start();
  }

  private static Path output(Path folder) {
    return folder.resolve("output");
  }

  private static Path log(Path folder) {
    return folder.resolve("log");
  }

  /** Where it runs. */
  Path folder() {
    return folder;
  }

  /** What it has written to its standard output. */
  String output() throws IOException {
    return Files.readString(output(folder));
  }

  /** Its own processes at this moment. */
  List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** Starts another command in the same folder and with the same log. */
  Process beside(List<String> command) throws IOException {
    return launch(folder, command);
  }

  /**
   * Waits for something to come about while the program runs.
   *
   * @param otherwise what is told of the program where it does not
   * @throws IOException if it does not within the time, or if the program ends
   */
  void await(Condition condition, Duration patience, String otherwise)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (true) {
      if (!process.isAlive() || System.nanoTime() - began > patience.toNanos()) {
        throw failure(otherwise);
      }
      if (condition.holds(this)) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /**
   * Tells that it has failed, and keeps its folder.
   *
   * @param what it did
   */
  IOException failure(String what) throws IOException {
    failed = true;
    String last =
        Files.readString(log(folder), StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> !line.isBlank())
            .reduce("nothing", (before, line) -> line);
    return new IOException(
        "%s %s; the last it said in %s: %s".formatted(name, what, log(folder), last.strip()));
  }

  /** Ends it as an operator would, and by force where it does not end in time. */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> descendants = process.descendants().toList();
    try {
      process.destroy();
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        descendants.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (!failed) {
      delete(folder);
    }
  }

  /** Removes a program's folder and all that is in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
