package dev.crossfade.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One demo shop.
 *
 * @param newSide whether it is the new version
 * @param host where it listens
 * @param port where it listens, 0 for any free port
 * @param sessions a folder that several shops share for their sessions; null to keep them in memory
 */
public record DemoShopOptions(boolean newSide, String host, int port, @Nullable Path sessions) {
  /**
   * @throws IllegalArgumentException if the port is not one
   */
  public DemoShopOptions {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("A port is 0 to 65535, not " + port + ".");
    }
  }
}
