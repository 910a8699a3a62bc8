package dev.crossfade.admin;

import dev.crossfade.admin.Route.Lane;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the admin API on an event loop of its own, apart from the traffic: neither can slow the
 * other down, and the API can't be reached through the traffic's listeners.
 *
 * <p>Calls that wait run in the lanes of {@link Lane}, each a thread with a bounded queue.
 */
public final class AdminServer implements AutoCloseable {
  /** Percent-encoding triples a cookie of 16 KiB. */
  private static final int LONGEST_REQUEST_LINE = 64 * 1024;

  private static final int LONGEST_HEADERS = 64 * 1024;
  private static final int LONGEST_CHUNK = 8 * 1024;
  private static final int MOST_CONNECTIONS = 1000;
  private static final int MOST_WAITING = 200;
  private static final int SLOW_READER_SECONDS = 30;

  private final AdminSettings settings;
  private final AdminApi api;
  private final Events events;
  private final AccessControl access;
  private final Map<Lane, ExecutorService> lanes = new EnumMap<>(Lane.class);
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("crossfade-admin", true), NioIoHandler.newFactory());
  private @Nullable Channel listener;

  /**
   * A server that does not listen yet.
   *
   * @param tokens of {@link Tokens#of}
   * @param events that the API tells of; looked for from the start on
   * @throws IllegalArgumentException if others can reach the address and no token is needed
   */
  public AdminServer(AdminSettings settings, Tokens tokens, AdminApi api, Events events) {
    if (!settings.loopback() && !tokens.required()) {
      throw new IllegalArgumentException(
          "admin.address "
              + settings.address()
              + " can be reached from elsewhere, so admin.token-file is needed.");
    }
    this.settings = settings;
    this.api = api;
    this.events = events;
    this.access = new AccessControl(tokens);
    for (Lane lane : Lane.values()) {
      if (lane != Lane.LOOP) {
        lanes.put(lane, thread("crossfade-admin-" + lane.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  private static ExecutorService thread(String name) {
    return new ThreadPoolExecutor(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(MOST_WAITING),
        new DefaultThreadFactory(name, true));
  }

  /**
   * Listens.
   *
   * @return the address, with the port that was chosen if it was 0
   * @throws BindException if the address can't be had
   */
  public InetSocketAddress start() throws BindException {
    InetSocketAddress address = settings.socketAddress();
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(new Connections())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      Throwable cause = bound.cause();
      BindException refused =
          new BindException(
              "Can't listen on admin.address " + settings.address() + ": " + cause.getMessage());
      refused.initCause(cause);
      throw refused;
    }
    listener = bound.channel();
    events.startOn(loop.next());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /**
   * Takes the tokens of changed files; connections that are open need the new ones too, and who
   * listens to events has to ask anew.
   */
  public void replaceTokens(Tokens tokens) {
    access.replace(tokens);
    events.end();
  }

  /** Lets calls under way finish, for a few seconds, and stops. */
  @Override
  public void close() {
    Channel open = listener;
    if (open != null) {
      open.close().awaitUninterruptibly();
    }
    events.end();
    lanes.values().forEach(ExecutorService::shutdown);
    for (ExecutorService lane : lanes.values()) {
      awaitEnd(lane);
    }
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private static void awaitEnd(ExecutorService lane) {
    try {
      if (!lane.awaitTermination(2, TimeUnit.SECONDS)) {
        lane.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sets up each connection. */
  private final class Connections extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      if (connections.size() >= MOST_CONNECTIONS) {
        var unused = channel.close();
        return;
      }
      connections.add(channel);
      HttpDecoderConfig limits =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(LONGEST_REQUEST_LINE)
              .setMaxHeaderSize(LONGEST_HEADERS)
              .setMaxChunkSize(LONGEST_CHUNK);
      RequestDeadline deadline = new RequestDeadline();
      channel
          .pipeline()
          .addLast(deadline)
          .addLast(new WriteTimeoutHandler(SLOW_READER_SECONDS))
          .addLast(new HttpServerCodec(limits))
          .addLast(new FlowControlHandler())
          .addLast(new AdminConnection(api, access, lanes, deadline));
    }
  }
}
