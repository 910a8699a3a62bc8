package dev.crossfade.loadtest;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * nginx as sites use it for the same job: {@code split_clients} over the session cookie, a map for
 * the upgrade cookie, and a percentage that is changed by editing the file and {@code nginx -s
 * reload}.
 */
final class NginxBalancer implements Balancer {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = 10_000_000;

  private final Path binary;
  private final Path folder;
  private final int oldPort;
  private final int newPort;
  private final InetSocketAddress traffic;
  private final Process master;

  private NginxBalancer(Path binary, Path folder, int oldPort, int newPort) throws IOException {
    this.binary = binary;
    this.folder = folder;
    this.oldPort = oldPort;
    this.newPort = newPort;
    this.traffic = RunningProxy.freeAddress();
    write(0);
    this.master = nginx("-g", "daemon off;").start();
  }

  /** Where nginx is installed, if it is. */
  static Optional<Path> installed() {
    return Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts one.
   *
   * @throws IOException if it does not accept connections
   */
  static NginxBalancer start(Path binary, int oldPort, int newPort)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("crossfade-loadtest-nginx");
    NginxBalancer nginx = new NginxBalancer(binary, folder, oldPort, newPort);
    try {
      nginx.awaitUp();
      return nginx;
    } catch (IOException | InterruptedException e) {
      nginx.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public InetSocketAddress traffic() {
    return traffic;
  }

  @Override
  public void set(int percent) throws IOException, InterruptedException {
    List<ProcessHandle> before = master.children().toList();
    write(percent);
    Process reload = nginx("-s", "reload").start();
    if (reload.waitFor() != 0) {
      throw new IOException("nginx took no reload.\n" + log());
    }
    awaitGone(before);
  }

  @Override
  public void rollBack() throws IOException, InterruptedException {
    set(0);
  }

  /** Its hash is another one than ours, so what it does first is taken for right. */
  @Override
  public BucketRange placeOf(String session) {
    return BucketRange.ANY;
  }

  private ProcessBuilder nginx(String... arguments) {
    List<String> command =
        Stream.concat(
                Stream.of(binary.toString(), "-p", folder.toString(), "-c", "nginx.conf"),
                Stream.of(arguments))
            .toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out.log").toFile()));
  }

  private void write(int percent) throws IOException {
    Files.writeString(folder.resolve("nginx.conf"), configuration(percent));
  }

  private String configuration(int percent) {
    // nginx refuses "0%", so the line goes.
    String share = percent == 0 ? "" : percent + "% new;";
    String temporary =
        Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map(use -> use + "_temp_path " + use + ";")
            .collect(joining("\n  "));
    return """
        worker_processes 1;
        pid nginx.pid;
        error_log error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          keepalive_requests 1000000;
          %s
          split_clients "${cookie_PHPSESSID}" $by_session { %s * old; }
          map $cookie_upgrade $side { "" $by_session; never old; default new; }
          upstream old { server 127.0.0.1:%d; keepalive 64; }
          upstream new { server 127.0.0.1:%d; keepalive 64; }
          server {
            listen 127.0.0.1:%d;
            location / {
              proxy_pass http://$side;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
            }
          }
        }
        """
        .formatted(temporary, share, oldPort, newPort, traffic.getPort());
  }

  private void awaitUp() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!accepts() || master.children().findAny().isEmpty()) {
      if (!master.isAlive() || System.nanoTime() - deadline > 0) {
        throw new IOException("nginx did not start.\n" + log());
      }
      pause();
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(traffic);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** As long as a worker of before is there, it may serve by the percentage of before. */
  private void awaitGone(List<ProcessHandle> workers) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (workers.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("nginx's workers did not make room for new ones.\n" + log());
      }
      pause();
    }
  }

  private static void pause() throws InterruptedException {
    LockSupport.parkNanos(PAUSE_NANOS);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private String log() throws IOException {
    Path errors = folder.resolve("error.log");
    return Files.readString(folder.resolve("out.log"))
        + (Files.exists(errors) ? Files.readString(errors) : "");
  }

  @Override
  public void close() throws IOException {
    try {
      List<ProcessHandle> workers = master.children().toList();
      master.destroy();
      if (!master.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        master.destroyForcibly().waitFor();
        workers.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      master.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
