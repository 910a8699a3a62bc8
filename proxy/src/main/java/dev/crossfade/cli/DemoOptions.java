package dev.crossfade.cli;

/**
 * Where the demo listens, on 127.0.0.1, and who comes. A port of 0 is any free one.
 *
 * @param port the proxy's traffic
 * @param adminPort the proxy's admin API
 * @param oldPort the old shop
 * @param newPort the new shop
 * @param traffic requests a second of made-up shoppers, 0 for none
 */
public record DemoOptions(int port, int adminPort, int oldPort, int newPort, int traffic) {
  /** More is a load test, for which there are better means. */
  private static final int MOST_TRAFFIC = 500;

  /**
   * @throws IllegalArgumentException if a port is not one, or the traffic out of range
   */
  public DemoOptions {
    requirePort(port);
    requirePort(adminPort);
    requirePort(oldPort);
    requirePort(newPort);
    if (traffic < 0 || traffic > MOST_TRAFFIC) {
      throw new IllegalArgumentException(
          "Traffic is 0 to " + MOST_TRAFFIC + " requests a second, not " + traffic + ".");
    }
  }

  private static void requirePort(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("A port is 0 to 65535, not " + port + ".");
    }
  }
}
