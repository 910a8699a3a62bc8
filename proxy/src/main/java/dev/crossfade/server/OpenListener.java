package dev.crossfade.server;

import dev.crossfade.net.Address;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A listening socket. It accepts nothing before it is told to: connections that come earlier wait
 * in the kernel. Safe from any thread.
 */
final class OpenListener {
  private final Channel channel;
  private final Address address;
  private final Door door;

  /** What the next connection meets; known before the socket is open. */
  static final class Door {
    volatile Entrance entrance;

    Door(Entrance entrance) {
      this.entrance = entrance;
    }
  }

  OpenListener(Channel channel, Door door) {
    this.channel = channel;
    this.address = door.entrance.address();
    this.door = door;
  }

  /** From now on connections meet this; those that are there stay as they are. */
  void accept(Entrance next) {
    door.entrance = next;
    channel.config().setAutoRead(true);
  }

  /** What the next connection meets. */
  Entrance entrance() {
    return door.entrance;
  }

  /** As it was bound: with the port that was chosen if it was 0. */
  String boundAddress() {
    return channel.localAddress() instanceof InetSocketAddress local
        ? new Address(address.host(), local.getPort(), null).toString()
        : address.toString();
  }

  /** Closes it and waits until that is done; its connections stay. */
  void close() {
    channel.close().awaitUninterruptibly();
    if (address.path() != null) {
      try {
        Files.deleteIfExists(Path.of(address.path()));
      } catch (IOException e) {
        // Nothing depends on it: the next start clears the path.
      }
    }
  }
}
