package dev.crossfade.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event loops and the channels that run on them. {@link TransportKind#AUTO} takes the first of
 * io_uring, epoll and nio that works here.
 *
 * @param kind what was chosen, never AUTO
 */
public record Transport(
    TransportKind kind,
    EventLoopGroup group,
    Class<? extends Channel> channel,
    Class<? extends Channel> unixChannel,
    Class<? extends ServerChannel> serverChannel,
    Class<? extends ServerChannel> unixServerChannel) {

  private static final Logger log = LoggerFactory.getLogger(Transport.class);

  private static final int COMPLETIONS = 16 * 1024;

  /** Of one wait. What they bring is written behind the last of them. */
  private static final int EPOLL_EVENTS = 256;

  static {
    // With polls that stay armed, Netty 4.2 loses a reset that comes together with the last bytes
    // before it: one event tells of both, the read that follows finds the socket empty, and no
    // other event comes. A poll for each read is told again of what is still true.
    String multishot = "io.netty.iouring.pollAddMultishotEnabled";
    if (System.getProperty(multishot) == null) {
      System.setProperty(multishot, "false");
    }
  }

  /**
   * Opens event loops.
   *
   * @param loops how many, at least one
   * @throws IllegalStateException if that kind does not work here, with the reason
   */
  public static Transport open(TransportKind wanted, int loops) {
    if (wanted != TransportKind.AUTO) {
      return openOne(wanted, loops);
    }
    for (TransportKind kind : new TransportKind[] {TransportKind.IO_URING, TransportKind.EPOLL}) {
      try {
        return openOne(kind, loops);
      } catch (IllegalStateException e) {
        log.info("{}", e.getMessage());
      }
    }
    return openOne(TransportKind.NIO, loops);
  }

  private static Transport openOne(TransportKind kind, int loops) {
    try {
      return switch (kind) {
        case IO_URING -> {
          IoUring.ensureAvailability();
          yield new Transport(
              kind,
              group(loops, AnswersFirst.of(IoUringIoHandler.newFactory(ring()))),
              IoUringSocketChannel.class,
              IoUringDomainSocketChannel.class,
              IoUringServerSocketChannel.class,
              IoUringServerDomainSocketChannel.class);
        }
        case EPOLL -> {
          Epoll.ensureAvailability();
          yield new Transport(
              kind,
              group(loops, KeptInEpoll.of(epoll())),
              EpollSocketChannel.class,
              EpollDomainSocketChannel.class,
              EpollServerSocketChannel.class,
              EpollServerDomainSocketChannel.class);
        }
        case NIO, AUTO ->
            new Transport(
                TransportKind.NIO,
                group(loops, NioIoHandler.newFactory()),
                NioSocketChannel.class,
                NioDomainSocketChannel.class,
                NioServerSocketChannel.class,
                NioServerDomainSocketChannel.class);
      };
    } catch (LinkageError | RuntimeException e) {
      // A ring may still fail to be made where io_uring is available: memory locks, seccomp.
      throw new IllegalStateException(
          "The transport " + kind.label() + " does not work here: " + rootMessage(e), e);
    }
  }

  /** Room for as many completions as thousands of connections can bring between two looks. */
  private static IoUringIoHandlerConfig ring() {
    return new IoUringIoHandlerConfig().setCqSize(COMPLETIONS);
  }

  private static IoHandlerFactory epoll() {
    return EpollIoHandler.newFactory(EPOLL_EVENTS, DefaultSelectStrategyFactory.INSTANCE);
  }

  private static EventLoopGroup group(int loops, IoHandlerFactory handlers) {
    return new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("loop", true), handlers);
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The threads of the event loops by their numbers in the virtual machine, in their order. */
  public List<Long> loopThreads() {
    List<Long> threads = new ArrayList<>();
    for (EventExecutor loop : group) {
      threads.add(((SingleThreadEventExecutor) loop).threadProperties().id());
    }
    return threads;
  }

  /**
   * Makes a channel of this transport ready for the handlers that follow. To be called on its event
   * loop.
   */
  public void prepare(ChannelPipeline pipeline) {
    switch (kind) {
      case IO_URING -> pipeline.addLast(new NoReadBehindClose());
      case EPOLL -> pipeline.addLast(new FlushTogether());
      case NIO, AUTO -> {}
    }
  }

  /** The kind of channel that connects to the address. */
  public Class<? extends Channel> channelTo(Address address) {
    return address.isUnix() ? unixChannel : channel;
  }

  /** The kind of channel that listens on the address. */
  public Class<? extends ServerChannel> serverChannelFor(Address address) {
    return address.isUnix() ? unixServerChannel : serverChannel;
  }

  /**
   * Whether channels for the address can be closed in one direction only: all but unix sockets with
   * nio, where Netty does not know of it and complains about the option on every connection.
   */
  public boolean halfCloses(Address address) {
    return kind != TransportKind.NIO || !address.isUnix();
  }

  /** The address for a channel of this transport; looks names up and blocks meanwhile. */
  public SocketAddress socketAddress(Address address) {
    String path = address.path();
    if (path == null) {
      return address.resolve();
    }
    return kind == TransportKind.NIO
        ? UnixDomainSocketAddress.of(path)
        : new DomainSocketAddress(path);
  }
}
