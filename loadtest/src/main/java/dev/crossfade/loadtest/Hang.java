package dev.crossfade.loadtest;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: what visitors of old notice when new hangs. */
@Command(
    name = "hang",
    description = {
      "Measures how long visitors of old wait, in turns with a new that answers and with a new that"
          + " reads requests and answers none.",
      "Exit code 0: no request of theirs failed; 1: some did; 2: usage."
    })
public final class Hang extends LoadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Short enough for some thousand answers in a turn. */
  private static final Duration PAUSE_OF_OLD = Duration.ofMillis(5);

  /** Long enough that it is not their number that old waits for while new answers. */
  private static final Duration PAUSE_OF_NEW = Duration.ofMillis(100);

  @Option(
      names = "--rounds",
      defaultValue = "5",
      converter = Count.class,
      description = "turns with either (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      converter = Count.class,
      description = "length of a turn (default ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--clients-of-old",
      defaultValue = "8",
      converter = Count.class,
      description = "kept-alive connections (default ${DEFAULT-VALUE})")
  private int clientsOfOld;

  @Option(
      names = "--clients-of-new",
      defaultValue = "200",
      converter = Count.class,
      description = "kept-alive connections (default ${DEFAULT-VALUE})")
  private int clientsOfNew;

  private final AtomicBoolean hangs = new AtomicBoolean();

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new Hang().commandLine().execute(args));
  }

  @Override
  protected boolean isGood(PrintWriter out) throws IOException, InterruptedException {
    Sessions sessions = new Sessions(1);
    try (Loops loops = new Loops(2);
        PageOrigin old = PageOrigin.start(loops, Side.OLD, sessions);
        PageOrigin fresh = PageOrigin.start(loops, Side.NEW, sessions, hangs::get);
        RunningProxy proxy = RunningProxy.start(launcher(), old.port(), fresh.port())) {
      return measure(out, loops, proxy);
    }
  }

  private boolean measure(PrintWriter out, EventLoopGroup loops, RunningProxy proxy)
      throws InterruptedException {
    turn(loops, proxy);
    out.printf(
        "%-12s %10s %9s %9s %9s %12s %9s%n",
        "new", "old: 200s", "p50 ms", "p99 ms", "failed", "new: answers", "failed");
    List<Double> ratios = new ArrayList<>();
    int failed = 0;
    for (int i = 0; i < rounds; i++) {
      double[] p99 = new double[2];
      for (int turn = 0; turn < 2; turn++) {
        hangs.set(turn == 1);
        Turn seen = turn(loops, proxy);
        p99[turn] = seen.ofOld.millis(0.99);
        failed += seen.ofOld.failures();
        print(out, turn == 1 ? "hangs" : "answers", seen);
      }
      ratios.add(p99[1] / p99[0]);
    }
    Collections.sort(ratios);
    out.printf(
        "p99 of old while new hangs, to that while it answers: %.2f [%.2f %.2f]; failed %d%n",
        ratios.get(rounds / 2), ratios.get(0), ratios.get(rounds - 1), failed);
    return failed == 0;
  }

  private record Turn(PacedClients ofOld, PacedClients ofNew) {}

  private Turn turn(EventLoopGroup loops, RunningProxy proxy) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    Turn turn =
        new Turn(
            new PacedClients(
                loops, proxy.traffic(), "upgrade=never", PATIENCE, PAUSE_OF_OLD, until),
            new PacedClients(loops, proxy.traffic(), "upgrade=1", PATIENCE, PAUSE_OF_NEW, until));
    turn.ofOld.start(clientsOfOld);
    turn.ofNew.start(clientsOfNew);
    turn.ofOld.join();
    turn.ofNew.join();
    return turn;
  }

  private static void print(PrintWriter out, String what, Turn turn) {
    out.printf(
        "%-12s %10d %9.2f %9.2f %9d %12d %9d%n",
        what,
        turn.ofOld.answers(),
        turn.ofOld.millis(0.5),
        turn.ofOld.millis(0.99),
        turn.ofOld.failures(),
        turn.ofNew.answers(),
        turn.ofNew.failures());
    out.flush();
  }
}
