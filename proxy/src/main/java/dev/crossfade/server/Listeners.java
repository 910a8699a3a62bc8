package dev.crossfade.server;

import dev.crossfade.net.Address;
import dev.crossfade.net.ListenerSettings;
import dev.crossfade.net.Transport;
import dev.crossfade.upstream.UpstreamPools;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The listening sockets. A change opens what is new and reads all certificates first, so that it
 * can still be given up as if nothing had been; sockets whose address stays are never closed.
 *
 * <p>Used by one thread at a time.
 */
final class Listeners {
  private static final int BACKLOG = 4096;

  /**
   * Grows with what a client sends. Thousands of slow clients must not hold a large buffer each,
   * and io_uring takes one for every connection that is ready, before it reads from the first.
   */
  private static final AdaptiveRecvByteBufAllocator READ_SIZE =
      new AdaptiveRecvByteBufAllocator(1024, 4096, 64 * 1024);

  /**
   * How many connections are accepted before the loop turns to others. Netty 4.2.18 with epoll
   * takes the accepted descriptor for a number of bytes, and would so stop after one: in the midst
   * of a thousand busy connections the next thousand waited for seconds.
   */
  private static final MaxMessagesRecvByteBufAllocator ACCEPTED_AT_ONCE =
      new ServerChannelRecvByteBufAllocator().respectMaybeMoreData(false).maxMessagesPerRead(64);

  /** Takes a connection that has come in. */
  @FunctionalInterface
  interface Reception {
    void accept(Channel connection, Entrance entrance);
  }

  private final Transport transport;
  private final Reception reception;

  /** By address; names in lower case. */
  private Map<String, OpenListener> open = new LinkedHashMap<>();

  Listeners(Transport transport, Reception reception) {
    this.transport = transport;
    this.reception = reception;
  }

  /**
   * Opens the sockets that are new, which accept nothing yet.
   *
   * @throws BindException if an address is in use or not to be had, naming it; nothing has changed
   *     then
   * @throws IllegalArgumentException if a certificate can't be used; nothing has changed then
   */
  Change prepare(List<ListenerSettings> coming) throws IOException {
    Map<String, Entrance> entrances = new LinkedHashMap<>();
    for (ListenerSettings listener : coming) {
      Entrance entrance = Entrance.of(listener);
      entrances.put(key(entrance.address()), entrance);
    }
    Change change = new Change(entrances);
    try {
      for (Map.Entry<String, Entrance> wanted : entrances.entrySet()) {
        if (!open.containsKey(wanted.getKey())) {
          change.opened.put(wanted.getKey(), bind(wanted.getValue()));
        }
      }
    } catch (IOException | RuntimeException e) {
      change.abandon();
      throw e;
    }
    return change;
  }

  private static String key(Address address) {
    return address.isUnix() ? address.toString() : address.toString().toLowerCase(Locale.ROOT);
  }

  /** Closes all of them; connections stay. */
  void close() {
    open.values().forEach(OpenListener::close);
    open = new LinkedHashMap<>();
  }

  /** When the certificates expire, by address as configured. */
  Map<String, Instant> certificateExpiries() {
    Map<String, Instant> expiries = new LinkedHashMap<>();
    for (OpenListener listener : open.values()) {
      Entrance entrance = listener.entrance();
      Instant expiry = entrance.certificateExpiry();
      if (expiry != null) {
        expiries.put(entrance.address().toString(), expiry);
      }
    }
    return expiries;
  }

  /** A change that is ready: one of its two ends must come. */
  final class Change {
    private final Map<String, Entrance> entrances;
    private final Map<String, OpenListener> opened = new LinkedHashMap<>();

    private Change(Map<String, Entrance> entrances) {
      this.entrances = entrances;
    }

    /**
     * Puts it in force.
     *
     * @return the addresses as they are bound, in the order of the settings
     */
    List<String> takeEffect() {
      Map<String, OpenListener> before = open;
      Map<String, OpenListener> after = new LinkedHashMap<>();
      List<String> bound = new ArrayList<>();
      entrances.forEach(
          (key, entrance) -> {
            OpenListener listener = opened.get(key);
            if (listener == null) {
              listener = Objects.requireNonNull(before.get(key), "was open when prepared");
            }
            listener.accept(entrance);
            after.put(key, listener);
            bound.add(listener.boundAddress());
          });
      open = after;
      before.forEach(
          (key, listener) -> {
            if (!after.containsKey(key)) {
              listener.close();
            }
          });
      return bound;
    }

    /** Leaves everything as it was. */
    void abandon() {
      opened.values().forEach(OpenListener::close);
    }
  }

  private OpenListener bind(Entrance entrance) throws IOException {
    Address address = entrance.address();
    SocketAddress socketAddress = transport.socketAddress(address);
    if (address.path() != null) {
      UnixSockets.clear(Path.of(address.path()));
    }
    OpenListener.Door door = new OpenListener.Door(entrance);
    ChannelFuture bind = bootstrap(address, door).bind(socketAddress).awaitUninterruptibly();
    Throwable cause = bind.cause();
    if (cause != null) {
      BindException refused =
          new BindException("Can't listen on " + address + ": " + cause.getMessage());
      refused.initCause(cause);
      throw refused;
    }
    return new OpenListener(bind.channel(), door);
  }

  private ServerBootstrap bootstrap(Address address, OpenListener.Door door) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.group())
            .channel(transport.serverChannelFor(address))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.RECVBUF_ALLOCATOR, ACCEPTED_AT_ONCE)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UpstreamPools.WATER_MARK)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, READ_SIZE)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    transport.prepare(connection.pipeline());
                    reception.accept(connection, door.entrance);
                  }
                });
    if (transport.halfCloses(address)) {
      bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    if (!address.isUnix()) {
      bootstrap
          .option(ChannelOption.SO_REUSEADDR, true)
          .childOption(ChannelOption.TCP_NODELAY, true)
          .childOption(ChannelOption.SO_KEEPALIVE, true);
    }
    return bootstrap;
  }
}
