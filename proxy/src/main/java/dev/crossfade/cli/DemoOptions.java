package dev.crossfade.cli;

/**
 * Where the demo listens, on 127.0.0.1. A port of 0 is any free one.
 *
 * @param port the proxy's traffic
 * @param adminPort the proxy's admin API
 * @param oldPort the old shop
 * @param newPort the new shop
 */
public record DemoOptions(int port, int adminPort, int oldPort, int newPort) {
  /**
   * @throws IllegalArgumentException if a port is not one
   */
  public DemoOptions {
    requirePort(port);
    requirePort(adminPort);
    requirePort(oldPort);
    requirePort(newPort);
  }

  private static void requirePort(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("A port is 0 to 65535, not " + port + ".");
    }
  }
}
