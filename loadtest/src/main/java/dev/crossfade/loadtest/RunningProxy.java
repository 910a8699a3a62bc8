package dev.crossfade.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A proxy started as an operator would, with the defaults, in a folder of its own. */
public final class RunningProxy implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Process process;
  private final Path folder;
  private final InetSocketAddress traffic;
  private final InetSocketAddress admin;

  private RunningProxy(
      Process process, Path folder, InetSocketAddress traffic, InetSocketAddress admin) {
    this.process = process;
    this.folder = folder;
    this.traffic = traffic;
    this.admin = admin;
  }

  /**
   * Starts it and waits for its {@code ready} line.
   *
   * @param launcher the command, which gets {@code run -c FILE}
   * @throws IOException if it does not get ready; the message has the end of its log
   */
  static RunningProxy start(Path launcher, int oldPort, int newPort)
      throws IOException, InterruptedException {
    return start(launcher, List.of(oldPort), List.of(newPort));
  }

  /**
   * Starts it with several endpoints on each side.
   *
   * @param launcher the command, which gets {@code run -c FILE}
   * @throws IOException if it does not get ready; the message has the end of its log
   */
  public static RunningProxy start(Path launcher, List<Integer> oldPorts, List<Integer> newPorts)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(launcher)) {
      throw new IOException("There is no launcher at " + launcher.toAbsolutePath().normalize());
    }
    Path folder = Files.createTempDirectory("crossfade-loadtest");
    InetSocketAddress traffic = freeAddress();
    InetSocketAddress admin = freeAddress();
    Path file = folder.resolve("crossfade.conf");
    Files.writeString(file, configuration(traffic, admin, oldPorts, newPorts));
    Process process =
        new ProcessBuilder(launcher.toString(), "run", "-c", file.toString())
            .redirectError(folder.resolve("proxy.log").toFile())
            .start();
    RunningProxy proxy = new RunningProxy(process, folder, traffic, admin);
    try {
      proxy.awaitReady();
      return proxy;
    } catch (IOException | InterruptedException e) {
      proxy.close();
      throw e;
    }
  }

  /** Where clients connect. */
  public InetSocketAddress traffic() {
    return traffic;
  }

  /** Where the admin API is. */
  public InetSocketAddress admin() {
    return admin;
  }

  private static String configuration(
      InetSocketAddress traffic,
      InetSocketAddress admin,
      List<Integer> oldPorts,
      List<Integer> newPorts) {
    return """
    crossfade {
      listen = [ { address = "127.0.0.1:%d" } ]
      admin { address = "127.0.0.1:%d" }
      session { cookies = ["%s"] }
      upstreams {
        old { endpoints = [%s] }
        new { endpoints = [%s] }
      }
      drain-timeout = 5s
      state { store = file, dir = "data" }
    }
    """
        .formatted(
            traffic.getPort(),
            admin.getPort(),
            Origin.SESSION,
            endpoints(oldPorts),
            endpoints(newPorts));
  }

  private static String endpoints(List<Integer> ports) {
    return ports.stream()
        .map(port -> "\"127.0.0.1:" + port + '"')
        .collect(Collectors.joining(", "));
  }

  /** A port on loopback that nobody has at this moment. */
  static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    BufferedReader output = process.inputReader();
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> output.lines().findFirst().orElse(""));
    try {
      String line = first.get(START.toMillis(), TimeUnit.MILLISECONDS);
      if (!line.startsWith("ready")) {
        throw new IOException("The proxy did not get ready: " + line + "\n" + log());
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("The proxy did not get ready.\n" + log(), e);
    }
  }

  private String log() throws IOException {
    String text = Files.readString(folder.resolve("proxy.log"));
    return text.substring(Math.max(0, text.length() - 4_000));
  }

  /** Ends it as an operator would, and by force where it does not end in time. */
  @Override
  public void close() throws IOException {
    try {
      process.destroy();
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
