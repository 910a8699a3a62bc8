package dev.crossfade.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A proxy started as an operator would, with the defaults, in a folder of its own. */
public final class RunningProxy implements Closeable {
  /** Its launcher may have to build it. */
  public static final Duration START = Duration.ofMinutes(2);

  private final StartedProgram program;
  private final InetSocketAddress traffic;
  private final InetSocketAddress admin;

  private RunningProxy(StartedProgram program, InetSocketAddress traffic, InetSocketAddress admin) {
    this.program = program;
    this.traffic = traffic;
    this.admin = admin;
  }

  /**
   * Starts it and waits for its {@code ready} line.
   *
   * @param launcher the command, which gets {@code run -c FILE}
   * @throws IOException if it does not get ready; the message has the last line of its log
   */
  static RunningProxy start(Path launcher, int oldPort, int newPort)
      throws IOException, InterruptedException {
    return start(launcher, List.of(oldPort), List.of(newPort));
  }

  /**
   * Starts it with several endpoints on each side.
   *
   * @param launcher the command, which gets {@code run -c FILE}
   * @throws IOException if it does not get ready; the message has the last line of its log
   */
  public static RunningProxy start(Path launcher, List<Integer> oldPorts, List<Integer> newPorts)
      throws IOException, InterruptedException {
    InetSocketAddress traffic = freeAddress();
    InetSocketAddress admin = freeAddress();
    String program = required(launcher).toString();
    String configuration = configuration(traffic, admin, oldPorts, newPorts);
    StartedProgram proxy =
        StartedProgram.start(
            "The proxy",
            folder -> {
              Path file = Files.writeString(folder.resolve("crossfade.conf"), configuration);
              return List.of(program, "run", "-c", file.toString());
            },
            started -> started.output().startsWith("ready"),
            START);
    return new RunningProxy(proxy, traffic, admin);
  }

  /**
   * The launcher, from whatever folder.
   *
   * @throws IOException if there is none
   */
  public static Path required(Path launcher) throws IOException {
    Path absolute = launcher.toAbsolutePath().normalize();
    if (!Files.isExecutable(absolute)) {
      throw new IOException("There is no launcher at " + absolute);
    }
    return absolute;
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
  public static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  @Override
  public void close() throws IOException {
    program.close();
  }
}
