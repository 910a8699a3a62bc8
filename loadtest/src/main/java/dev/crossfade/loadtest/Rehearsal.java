package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Visitors walk through the shop while the percentage is raised in steps and rolled back. Each
 * connection has a thread that takes the visitor who waited longest, sends that visitor's next
 * request and waits for the answer; so one connection carries visitors of both sides, and each
 * visitor comes by many connections.
 */
final class Rehearsal {

  /**
   * How much of it.
   *
   * @param visitors more than there are connections
   * @param connections kept alive, one request at a time on each
   * @param phase longest time between two changes
   * @param requests that end a phase earlier
   * @param patience with one answer
   * @param seed of everything random
   */
  record Size(
      int visitors, int connections, Duration phase, int requests, Duration patience, long seed) {
    Size {
      if (connections < 1 || visitors <= connections) {
        throw new IllegalArgumentException(
            "More visitors than connections are needed, and at least one connection, not "
                + visitors
                + " on "
                + connections);
      }
      if (requests < 1 || phase.isNegative() || phase.isZero()) {
        throw new IllegalArgumentException("A phase needs a time and a number of requests");
      }
    }
  }

  /** The percentages that are set, one after the other, before the rollback. */
  static final List<Integer> RAMP = List.of(0, 10, 25, 50, 100);

  private final Size size;
  private final EventLoopGroup loops;
  private final InetSocketAddress proxy;
  private final Admin admin;
  private final BlockingQueue<Visitor> waiting = new LinkedBlockingQueue<>();
  private volatile CountDownLatch phase = new CountDownLatch(0);
  private volatile boolean over;

  Rehearsal(Size size, EventLoopGroup loops, InetSocketAddress proxy, Admin admin) {
    this.size = size;
    this.loops = loops;
    this.proxy = proxy;
    this.admin = admin;
  }

  /**
   * Runs it to the end.
   *
   * @throws IOException if a change is refused
   */
  Verdict run(Ledger ledger, Sessions sessions) throws IOException, InterruptedException {
    Timeline timeline = new Timeline();
    timeline.add(admin.set(RAMP.get(0)));
    List<Visitor> visitors = new ArrayList<>();
    for (int i = 0; i < size.visitors(); i++) {
      visitors.add(new Visitor(i, sessions, size.seed()));
    }
    waiting.addAll(visitors);
    phase = new CountDownLatch(size.requests());
    ExecutorService threads = Executors.newFixedThreadPool(size.connections());
    List<Future<?>> walks = new ArrayList<>();
    for (int i = 0; i < size.connections(); i++) {
      walks.add(threads.submit(this::walk));
    }
    try {
      for (int percent : RAMP.subList(1, RAMP.size())) {
        awaitPhase();
        timeline.add(admin.set(percent));
        phase = new CountDownLatch(size.requests());
      }
      awaitPhase();
      timeline.add(admin.rollback());
      phase = new CountDownLatch(size.requests());
      awaitPhase();
    } finally {
      over = true;
      threads.shutdown();
    }
    for (Future<?> walk : walks) {
      finish(walk);
    }
    return Verdict.of(visitors.stream().map(Visitor::diary).toList(), ledger, timeline);
  }

  /** Ends with enough requests or by time, both are good. */
  private void awaitPhase() throws InterruptedException {
    boolean unused = phase.await(size.phase().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void finish(Future<?> walk) throws InterruptedException {
    try {
      walk.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A visitor's walk broke off", e.getCause());
    }
  }

  private @Nullable Void walk() throws InterruptedException {
    Wire wire = null;
    try {
      while (!over) {
        Visitor visitor = waiting.take();
        wire = oneStep(visitor, wire);
        waiting.add(visitor);
        phase.countDown();
      }
      return null;
    } finally {
      if (wire != null) {
        wire.close();
      }
    }
  }

  /** One request; gives back the connection for the next one. */
  private @Nullable Wire oneStep(Visitor visitor, @Nullable Wire open) throws InterruptedException {
    Visitor.Step step = visitor.next(proxy.getHostString() + ":" + proxy.getPort());
    Wire wire = open;
    long began = System.nanoTime();
    Diary.Outcome outcome;
    Side saidBy = null;
    String detail;
    try {
      if (wire == null || !wire.usable()) {
        wire = Wire.open(loops, proxy, size.patience());
        began = System.nanoTime();
      }
      Wire.Answer answer = wire.exchange(step.parts(), size.patience());
      detail = visitor.take(step, answer);
      outcome = detail.isEmpty() ? Diary.Outcome.ANSWERED : Diary.Outcome.FALSE;
      saidBy = Side.labelled(answer.headers().get(Origin.SIDE));
    } catch (IOException e) {
      visitor.forgetCart();
      outcome = Diary.Outcome.LOST;
      detail = String.valueOf(e.getMessage());
    }
    visitor
        .diary()
        .sent()
        .add(new Diary.Sent(step.id(), began, step.bodyHash(), outcome, saidBy, detail));
    return wire;
  }
}
