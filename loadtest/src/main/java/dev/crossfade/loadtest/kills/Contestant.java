package dev.crossfade.loadtest.kills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A proxy that takes part, set up as well as its manual tells. */
enum Contestant {
  CROSSFADE {
    @Override
    List<String> command(Path folder, Path launcher, int port, int spare, int one, int two)
        throws IOException {
      Path file =
          write(
              folder,
              "crossfade.conf",
              """
              crossfade {
                listen = [{ address = "127.0.0.1:%d" }]
                admin { address = "127.0.0.1:%d" }
                upstreams.old { endpoints = ["127.0.0.1:%d", "127.0.0.1:%d"] }
                upstreams.new { endpoints = ["127.0.0.1:%d"] }
                state { dir = "data" }
              }
              """
                  .formatted(port, spare, one, two, one));
      return List.of(launcher.toString(), "run", "-c", file.toString());
    }
  },
  NGINX {
    @Override
    List<String> command(Path folder, Path launcher, int port, int spare, int one, int two)
        throws IOException {
      Path file =
          write(
              folder,
              "nginx.conf",
              """
              daemon off;
              worker_processes 2;
              pid nginx.pid;
              error_log error.log crit;
              events { worker_connections 4096; }
              http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                keepalive_requests 100000000;
                upstream app {
                  server 127.0.0.1:%d max_fails=0;
                  server 127.0.0.1:%d max_fails=0;
                  keepalive 64; keepalive_requests 100000000;
                }
                server {
                  listen 127.0.0.1:%d;
                  location / {
                    proxy_pass http://app; proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_next_upstream error timeout; proxy_next_upstream_tries 2;
                  }
                }
              }
              """
                  .formatted(one, two, port));
      return List.of("nginx", "-p", folder.toString(), "-c", file.toString());
    }
  },
  HAPROXY {
    @Override
    List<String> command(Path folder, Path launcher, int port, int spare, int one, int two)
        throws IOException {
      Path file =
          write(
              folder,
              "haproxy.cfg",
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
                bind 127.0.0.1:%d
                default_backend app
              backend app
                balance leastconn
                http-request disable-l7-retry if METH_POST
                default-server check inter 1s fastinter 100ms fall 3 rise 1 observe layer4 error-limit 1 on-error fastinter
                server one 127.0.0.1:%d
                server two 127.0.0.1:%d
              """
                  .formatted(port, one, two));
      return List.of("haproxy", "-db", "-q", "-f", file.toString());
    }
  };

  /**
   * Writes what it needs, and tells how it is started.
   *
   * @param spare another free port
   */
  abstract List<String> command(Path folder, Path launcher, int port, int spare, int one, int two)
      throws IOException;

  private static Path write(Path folder, String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
