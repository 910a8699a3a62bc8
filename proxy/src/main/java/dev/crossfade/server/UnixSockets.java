package dev.crossfade.server;

import java.io.IOException;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that a unix socket leaves behind when its process is killed. */
final class UnixSockets {
  private UnixSockets() {}

  /**
   * Removes a socket file that nobody listens on.
   *
   * @throws BindException if somebody does, or the file is none
   */
  static void clear(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (Files.isRegularFile(path) || Files.isDirectory(path)) {
      throw new BindException("Can't listen on unix:" + path + ": it is no socket.");
    }
    boolean listening;
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      listening = probe.isConnected();
    } catch (IOException e) {
      listening = false;
    }
    if (listening) {
      throw new BindException("Can't listen on unix:" + path + ": address already in use.");
    }
    Files.delete(path);
  }
}
