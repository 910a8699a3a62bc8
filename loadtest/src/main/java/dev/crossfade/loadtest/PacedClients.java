package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients of one side, each on a kept-alive connection of its own, that ask for a page, wait for it
 * and pause. Who gets none in time connects anew. One run each.
 */
final class PacedClients {
  private final EventLoopGroup loops;
  private final InetSocketAddress address;
  private final String cookie;
  private final Duration patience;
  private final Duration pause;
  private final long until;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Long> nanos = new ArrayList<>();
  private final AtomicInteger unanswered = new AtomicInteger();

  /**
   * Clients that are not started.
   *
   * @param cookie by which the proxy knows their side
   * @param patience with an answer
   * @param until by {@link System#nanoTime}, when they stop asking
   */
  PacedClients(
      EventLoopGroup loops,
      InetSocketAddress address,
      String cookie,
      Duration patience,
      Duration pause,
      long until) {
    this.loops = loops;
    this.address = address;
    this.cookie = cookie;
    this.patience = patience;
    this.pause = pause;
    this.until = until;
  }

  void start(int clients) {
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(this::ask, "client");
      threads.add(thread);
      thread.start();
    }
  }

  private void ask() {
    List<Long> mine = new ArrayList<>();
    Wire wire = null;
    try {
      while (System.nanoTime() - until < 0) {
        wire = asked(wire, mine);
        Thread.sleep(pause.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (wire != null) {
        wire.close();
      }
    }
    synchronized (nanos) {
      nanos.addAll(mine);
    }
  }

  private @Nullable Wire asked(@Nullable Wire open, List<Long> mine) throws InterruptedException {
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, PageOrigin.PAGE);
    request.headers().set(HttpHeaderNames.HOST, "shop").set(HttpHeaderNames.COOKIE, cookie);
    try {
      Wire wire = open == null || !open.usable() ? Wire.open(loops, address, patience) : open;
      long sent = System.nanoTime();
      Wire.Answer answer = wire.exchange(List.of(request), patience);
      mine.add(System.nanoTime() - sent);
      if (answer.status() != 200) {
        unanswered.incrementAndGet();
      }
      return wire;
    } catch (IOException e) {
      unanswered.incrementAndGet();
      return null;
    }
  }

  /** Waits for all of them to stop. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Answers; to be asked when they have stopped. */
  int answers() {
    return nanos.size();
  }

  /** Requests without an answer, or with another than 200. */
  int failures() {
    return unanswered.get();
  }

  /**
   * How long an answer took, in milliseconds; to be asked when they have stopped.
   *
   * @param share 0 to 1 of the answers that took no longer
   */
  double millis(double share) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[(int) (share * (sorted.length - 1))] / 1e6;
  }
}
