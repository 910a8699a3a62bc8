package dev.crossfade.loadtest;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;

/** The event loops of a run. */
final class Loops extends MultiThreadIoEventLoopGroup implements AutoCloseable {
  Loops(int threads) {
    super(threads, NioIoHandler.newFactory());
  }

  /** Closes all their connections and ends them. */
  @Override
  public void close() {
    shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
