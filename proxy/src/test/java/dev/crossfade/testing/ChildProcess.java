package dev.crossfade.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A program that a test starts and that ends with it, its children included. */
public final class ChildProcess implements AutoCloseable {
  /** A port that was free a moment ago is sometimes the next one, too. */
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param log takes its standard error
   * @param environment in addition to the test's own
   */
  public static ChildProcess start(
      Path folder, Path log, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(log.toFile());
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start(), log);
  }

  /** Starts the product from the class path of the test and waits until it is ready. */
  public static ChildProcess startCrossfade(Path folder, Path configuration) throws Exception {
    ChildProcess child =
        start(
            folder,
            folder.resolve("crossfade.log"),
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.crossfade.app.Main",
                "run",
                "-c",
                configuration.toString()));
    try {
      child.awaitLine("ready");
      return child;
    } catch (Exception | AssertionError e) {
      child.close();
      throw e;
    }
  }

  /** Waits until the first line of its standard output, which must begin so. */
  public void awaitLine(String beginning) throws Exception {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> output.lines().findFirst().orElse("its end"));
    String line;
    try {
      line = first.get(START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError("Not one line of output. Its log:\n" + log(), e);
    }
    if (!line.startsWith(beginning)) {
      throw new AssertionError("Instead of " + beginning + ": " + line + "\nIts log:\n" + log());
    }
  }

  /** Waits until something listens on this port of loopback. */
  public void awaitPort(int port) {
    Awaitility.await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !process.isAlive() || accepts(port));
    if (!process.isAlive()) {
      throw new AssertionError("It ended with " + process.exitValue() + ". Its log:\n" + log());
    }
  }

  /** What it has written to standard error. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port of loopback that nobody listens on, and another one each time. */
  public static int freePort() throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks it to end, and ends it by force where it does not in time. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
