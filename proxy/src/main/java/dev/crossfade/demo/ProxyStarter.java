package dev.crossfade.demo;

import java.io.Closeable;
import java.nio.file.Path;

/** Starts the proxy that the demo is about. */
public interface ProxyStarter {
  /**
   * Starts a proxy and returns once it accepts traffic.
   *
   * @param configuration the file to read
   * @return ends the proxy when closed
   * @throws Exception if it does not start; nothing of it is left running then
   */
  Running start(Path configuration) throws Exception;

  /** A proxy that accepts traffic. */
  interface Running extends Closeable {
    /** The port of its traffic. */
    int port();

    /** The port of its admin API. */
    int adminPort();
  }
}
