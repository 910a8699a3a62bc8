package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Many visitors come to a balancer while the percentage is raised in steps and rolled back. A
 * change is made while nobody is under way, so that each visit has one percentage; the connections
 * are kept through it. (Changes in the midst of requests are {@link Rehearsal}'s.)
 */
final class Simulation {
  /** The percentages, one after the other, before the rollback. */
  static final List<Integer> RAMP = List.of(10, 25, 50);

  /**
   * How much of it.
   *
   * @param visitors at least one
   * @param threads that bring visitors, one each at a time
   * @param seed of all that visitors do: the same one, the same visitors
   */
  record Size(int visitors, int threads, long seed) {
    Size {
      if (visitors < 1 || threads < 1) {
        throw new IllegalArgumentException("A simulation needs a visitor and a thread");
      }
    }
  }

  /**
   * The visitors who came under one percentage.
   *
   * @param percent in force; 0 after the rollback
   * @param visitors who came, but for those with the upgrade cookie
   * @param onNew how many of them new served
   */
  record Phase(int percent, long visitors, long onNew) {
    /**
     * Whether the share on new is what the percentage says, within five standard deviations of a
     * fair draw; exactly at 0.
     */
    boolean isAsSet() {
      double share = percent / 100.0;
      double deviation = Math.sqrt(visitors * share * (1 - share));
      return Math.abs(onNew - visitors * share) <= 5 * deviation;
    }
  }

  /**
   * What became of the visitors.
   *
   * @param phases in order, the last after the rollback
   * @param unanswered requests that got no answer, or not one of an application's; none in a good
   *     run
   * @param example of those, empty without any
   */
  record Result(
      String balancer,
      List<SimulatedVisitor> visitors,
      List<Phase> phases,
      int unanswered,
      String example) {}

  private final Size size;
  private final EventLoopGroup loops;
  private final Balancer balancer;
  private final List<SimulatedVisitor> visitors = new ArrayList<>();

  /** When each visitor comes for the first time, and whether again in a later step of the ramp. */
  private final List<boolean[]> comes = new ArrayList<>();

  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile String example = "";

  Simulation(Size size, EventLoopGroup loops, Balancer balancer) {
    this.size = size;
    this.loops = loops;
    this.balancer = balancer;
    SplittableRandom random = new SplittableRandom(size.seed());
    Sessions earlier = new Sessions(size.seed());
    for (int i = 0; i < size.visitors(); i++) {
      SimulatedVisitor.Habits habits = SimulatedVisitor.Habits.of(random);
      visitors.add(new SimulatedVisitor(habits, earlier.newId(), balancer));
      comes.add(days(random));
    }
  }

  /** All come for the first time during the ramp, half of them again in each step that is left. */
  private static boolean[] days(SplittableRandom random) {
    boolean[] comes = new boolean[RAMP.size()];
    int first = random.nextInt(RAMP.size());
    for (int step = first; step < comes.length; step++) {
      comes[step] = step == first || random.nextBoolean();
    }
    return comes;
  }

  /**
   * Runs it to the end.
   *
   * @throws IOException if a change is refused
   */
  Result run() throws IOException, InterruptedException {
    List<Phase> phases = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(size.threads());
    List<Connections> connections = new ArrayList<>();
    for (int i = 0; i < size.threads(); i++) {
      connections.add(new Connections(loops, balancer.traffic()));
    }
    try {
      for (int step = 0; step < RAMP.size(); step++) {
        int day = step;
        balancer.set(RAMP.get(step));
        int[] who = IntStream.range(0, size.visitors()).filter(i -> comes.get(i)[day]).toArray();
        phases.add(phase(threads, connections, RAMP.get(step), who));
      }
      balancer.rollBack();
      int[] everyone = IntStream.range(0, size.visitors()).toArray();
      phases.add(phase(threads, connections, 0, everyone));
    } finally {
      threads.shutdownNow();
      connections.forEach(Connections::close);
    }
    return new Result(balancer.name(), List.copyOf(visitors), phases, unanswered.get(), example);
  }

  private Phase phase(
      ExecutorService threads, List<Connections> connections, int percent, int[] who)
      throws InterruptedException {
    letConnectionsEnd();
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> walks = new ArrayList<>();
    for (Connections own : connections) {
      walks.add(threads.submit(() -> bring(who, next, own, percent * 100)));
    }
    for (Future<?> walk : walks) {
      finish(walk);
    }
    long ordinary = 0;
    long onNew = 0;
    for (int i : who) {
      SimulatedVisitor visitor = visitors.get(i);
      if (!visitor.habits().tests()) {
        ordinary++;
        onNew += visitor.onNew() ? 1 : 0;
      }
    }
    return new Phase(percent, ordinary, onNew);
  }

  /**
   * A balancer may have closed connections with the change. Each loop looks once at what has come
   * in, so that nobody sends on one that is closed.
   */
  private void letConnectionsEnd() {
    for (EventExecutor loop : loops) {
      loop.submit(() -> {}).syncUninterruptibly();
    }
  }

  private @Nullable Void bring(
      int[] who, AtomicInteger next, Connections connections, int threshold)
      throws InterruptedException {
    for (int i = next.getAndIncrement(); i < who.length; i = next.getAndIncrement()) {
      try {
        visitors.get(who[i]).visit(connections, threshold);
      } catch (IOException e) {
        unanswered.incrementAndGet();
        example = String.valueOf(e.getMessage());
      }
    }
    return null;
  }

  private static void finish(Future<?> walk) throws InterruptedException {
    try {
      walk.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A visitor's walk broke off", e.getCause());
    }
  }
}
