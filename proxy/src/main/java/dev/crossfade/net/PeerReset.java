package dev.crossfade.net;

import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;

/**
 * Whether the peer of a channel has reset it, asked without reading. Who does not read, because
 * what comes has no place yet, is not told of a reset: it stands behind the bytes that were not
 * read.
 */
public final class PeerReset {
  private PeerReset() {}

  /**
   * Asks the kernel: a system call or, with nio, a few. Takes the error off the socket, so the
   * channel is to be closed if the answer is yes. A peer that has closed in good order may still
   * read, and has not reset anything. Where the question can't be asked, for want of descriptors or
   * of buffers, nothing is known, and the answer is no.
   *
   * @param channel open; called on its event loop
   */
  public static boolean of(Channel channel) {
    return of(channel, SelectorProvider.provider());
  }

  static boolean of(Channel channel, SelectorProvider selectors) {
    try {
      if (channel instanceof UnixChannel nativeChannel
          && nativeChannel.fd() instanceof Socket socket) {
        return socket.getSoError() != 0;
      }
      return channel.unsafe() instanceof NioUnsafe nio
          && !outputEnded(channel)
          && hasError(nio.ch(), selectors);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Behind the end of both outputs the kernel tells of a hang-up, which the JDK does not tell from
   * an error; what the peer has sent before may still have to be read.
   */
  private static boolean outputEnded(Channel channel) {
    return channel instanceof DuplexChannel duplex && duplex.isOutputShutdown();
  }

  /**
   * The JDK does not let itself be asked for a socket's error. But to who waits for a connection to
   * be made it tells errors, and of one that was made long ago nothing else.
   */
  private static boolean hasError(SelectableChannel socket, SelectorProvider selectors)
      throws IOException {
    try (Selector selector = selectors.openSelector()) {
      socket.register(selector, SelectionKey.OP_CONNECT);
      return selector.selectNow() > 0;
    }
  }
}
