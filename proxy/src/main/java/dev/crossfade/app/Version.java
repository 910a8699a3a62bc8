package dev.crossfade.app;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/** What this build calls itself. */
final class Version {
  /** The version in the jar's manifest; {@code dev} when run from classes. */
  static final String TEXT = of(Version.class.getPackage().getImplementationVersion());

  private Version() {}

  private static String of(String manifest) {
    return manifest == null ? "dev" : manifest;
  }

  static String text(InetSocketAddress address) {
    return NetUtil.toSocketAddressString(address);
  }
}
