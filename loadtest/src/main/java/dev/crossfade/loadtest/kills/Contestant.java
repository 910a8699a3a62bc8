package dev.crossfade.loadtest.kills;

import dev.crossfade.loadtest.Installed;
import dev.crossfade.loadtest.RunningProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A proxy that takes part, set up as well as its manual tells. */
enum Contestant {
  CROSSFADE(
      "run -c",
      """
      crossfade {
        listen = [{ address = "127.0.0.1:%1$d" }]
        admin { address = "127.0.0.1:%4$d" }
        upstreams.old { endpoints = ["127.0.0.1:%2$d", "127.0.0.1:%3$d"] }
        upstreams.new { endpoints = ["127.0.0.1:%2$d"] }
        state { dir = "data" }
      }
      """),
  NGINX(
      "-p . -c",
      """
      daemon off;
      worker_processes 2;
      pid nginx.pid;
      error_log stderr crit;
      events { worker_connections 4096; }
      http {
        access_log off;
        client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        keepalive_requests 100000000;
        upstream app {
          server 127.0.0.1:%2$d max_fails=0;
          server 127.0.0.1:%3$d max_fails=0;
          keepalive 64; keepalive_requests 100000000;
        }
        server {
          listen 127.0.0.1:%1$d;
          location / {
            proxy_pass http://app; proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_next_upstream error timeout; proxy_next_upstream_tries 2;
          }
        }
      }
      """),
  HAPROXY(
      "-db -q -f",
      """
      global
        maxconn 4096
        nbthread 2
      defaults
        mode http
        timeout connect 3s
        timeout client 30s
        timeout server 30s
        option redispatch 1
        retries 1
        retry-on conn-failure empty-response
      frontend in
        bind 127.0.0.1:%1$d
        default_backend app
      backend app
        balance leastconn
        http-request disable-l7-retry if METH_POST
        default-server check inter 1s fastinter 100ms fall 3 rise 1 observe layer4 error-limit 1 on-error fastinter
        server one 127.0.0.1:%2$d
        server two 127.0.0.1:%3$d
      """);

  /**
   * The ports of a run.
   *
   * @param traffic where the proxy is to listen
   * @param one of the first origin
   * @param two of the second one
   * @param spare another free one
   */
  record Ports(int traffic, int one, int two, int spare) {}

  private final String arguments;
  private final String configuration;

  /**
   * @param arguments in front of the configuration's file
   * @param configuration its text; {@code %1$d} is where it listens, {@code %2$d} and {@code %3$d}
   *     are the origins, {@code %4$d} is a spare port
   */
  Contestant(String arguments, String configuration) {
    this.arguments = arguments;
    this.configuration = configuration;
  }

  /** As it is called on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What is to be started.
   *
   * @param launcher Crossfade's
   * @throws IOException if it is not installed
   */
  Path program(Path launcher) throws IOException {
    if (this == CROSSFADE) {
      return RunningProxy.required(launcher);
    }
    return Installed.program(label())
        .orElseThrow(
            () ->
                new IOException(
                    "There is no %s to compare with; install it or leave it out of --proxies."
                        .formatted(label())));
  }

  /**
   * Writes what it needs, and tells how it is started.
   *
   * @param folder where it will run
   * @throws IOException if it is not installed
   */
  List<String> command(Path folder, Path launcher, Ports ports) throws IOException {
    Path file = folder.resolve(label() + ".conf");
    Files.writeString(
        file, configuration.formatted(ports.traffic, ports.one, ports.two, ports.spare));
    List<String> command = new ArrayList<>();
    command.add(program(launcher).toString());
    command.addAll(List.of(arguments.split(" ", -1)));
    command.add(file.toString());
    return command;
  }
}
