package dev.crossfade.loadtest;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * nginx as sites use it for the same job: {@code split_clients} over the session cookie, a map for
 * the upgrade cookie, and a percentage that is changed by editing the file and {@code nginx -s
 * reload}.
 */
final class NginxBalancer implements Balancer {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path binary;
  private final int oldPort;
  private final int newPort;
  private final InetSocketAddress traffic = RunningProxy.freeAddress();
  private final StartedProgram program;

  private NginxBalancer(Path binary, int oldPort, int newPort)
      throws IOException, InterruptedException {
    this.binary = binary;
    this.oldPort = oldPort;
    this.newPort = newPort;
    this.program = StartedProgram.start("nginx", this::firstCommand, this::isUp, PATIENCE);
  }

  /**
   * Starts one.
   *
   * @throws IOException if it does not accept connections
   */
  static NginxBalancer start(Path binary, int oldPort, int newPort)
      throws IOException, InterruptedException {
    return new NginxBalancer(binary, oldPort, newPort);
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
    List<ProcessHandle> before = program.children();
    write(program.folder(), percent);
    if (program.beside(command(program.folder(), "-s", "reload")).waitFor() != 0) {
      throw program.failure("took no reload");
    }
    // As long as a worker of before is there, it may serve by the percentage of before.
    program.await(
        nginx -> before.stream().noneMatch(ProcessHandle::isAlive),
        PATIENCE,
        "did not replace its workers");
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

  private List<String> firstCommand(Path folder) throws IOException {
    write(folder, 0);
    return command(folder, "-g", "daemon off;");
  }

  private List<String> command(Path folder, String... arguments) {
    return Stream.concat(
            Stream.of(binary.toString(), "-p", folder.toString(), "-c", "nginx.conf"),
            Stream.of(arguments))
        .toList();
  }

  private void write(Path folder, int percent) throws IOException {
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
        error_log stderr;
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

  private boolean isUp(StartedProgram nginx) {
    try (Socket socket = new Socket()) {
      socket.connect(traffic);
      return !nginx.children().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    program.close();
  }
}
