package dev.crossfade.jmh;

import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.split.Splitter;
import dev.crossfade.split.Visitor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Our cookie where it costs most: signed and verified by HMAC-SHA-256, since nobody remembers it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StrangerCookieBenchmark {
  private static final int VALUE_START = "crossfade=".length();
  private static final int VALUE_LENGTH = 36;

  /** All have visitor number 0 and so one place in the memory: each drives out the one before. */
  private static final int STRANGERS = 8;

  private final Splitter splitter = Shop.splitter();
  private final Visitor visitor = new Visitor();
  private final byte[][] cookies = new byte[STRANGERS][];
  private int turn;

  public StrangerCookieBenchmark() {
    for (int i = 0; i < STRANGERS; i++) {
      cookies[i] =
          splitter.setCookie(
              new Visitor(), Assignment.of(Side.NEW, Reason.BUCKET, 1000 + i), 1, false);
    }
  }

  @Benchmark
  public Visitor verifyStrangersCookie() {
    turn = (turn + 1) % STRANGERS;
    visitor.reset(cookies[turn]);
    visitor.affinity(VALUE_START, VALUE_START + VALUE_LENGTH);
    splitter.recognise(visitor);
    return visitor;
  }

  @Benchmark
  public byte[] makeSetCookie() {
    return splitter.setCookie(visitor, Assignment.of(Side.NEW, Reason.BUCKET, 1234), 1, false);
  }
}
