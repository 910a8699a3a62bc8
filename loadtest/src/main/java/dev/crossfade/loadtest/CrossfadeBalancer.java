package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Crossfade with its defaults, changed by its admin API. */
final class CrossfadeBalancer implements Balancer {
  private final InetSocketAddress traffic;
  private final Admin admin;
  private final Closeable proxy;

  /**
   * One that runs.
   *
   * @param proxy is closed with this
   */
  CrossfadeBalancer(InetSocketAddress traffic, Admin admin, Closeable proxy) {
    this.traffic = traffic;
    this.admin = admin;
    this.proxy = proxy;
  }

  /**
   * Starts one.
   *
   * @param launcher the command, which gets {@code run -c FILE}
   * @throws IOException if it does not get ready
   */
  static CrossfadeBalancer start(Path launcher, EventLoopGroup loops, int oldPort, int newPort)
      throws IOException, InterruptedException {
    RunningProxy proxy = RunningProxy.start(launcher, oldPort, newPort);
    return new CrossfadeBalancer(proxy.traffic(), new Admin(loops, proxy.admin(), null), proxy);
  }

  @Override
  public String name() {
    return "Crossfade";
  }

  @Override
  public InetSocketAddress traffic() {
    return traffic;
  }

  @Override
  public void set(int percent) throws IOException, InterruptedException {
    Timeline.Change unused = admin.set(percent);
  }

  @Override
  public void rollBack() throws IOException, InterruptedException {
    Timeline.Change unused = admin.rollback();
  }

  @Override
  public BucketRange placeOf(String session) {
    return BucketRange.ofSession(session);
  }

  @Override
  public void close() throws IOException {
    proxy.close();
  }
}
