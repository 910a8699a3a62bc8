package dev.crossfade.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.crossfade.accesslog.AccessLogSettings.Format;
import dev.crossfade.testing.TickerByHand;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which requests get a line, and that none of them waits for it. */
class LoopLogTest {
  private static final Path LOG = Path.of("access.log");
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  private final DiskByHand disk = new DiskByHand();
  private final LogWriter writer = new LogWriter(disk, new TickerByHand());

  /** Never started: the test writes when it wants to. */
  private final LogThread thread = new LogThread(writer);

  private AccessLogSettings settings = settings(10_000, true);
  private int drawn;
  private int draws;
  private final RandomGenerator random =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          throw new AssertionError("not asked for");
        }

        @Override
        public int nextInt(int bound) {
          draws++;
          return drawn;
        }
      };
  private final LoopLog loop = new LoopLog(() -> settings, thread, CLOCK, random);

  private static AccessLogSettings settings(int sample, boolean errors) {
    return new AccessLogSettings(LOG, Format.JSON, sample, errors, false, 64 * 1024);
  }

  @BeforeEach
  void open() throws IOException {
    writer.goOnIn(LOG, disk.open(LOG));
    writer.pump();
  }

  /** A request as an exchange has it: its text is there if it was wanted. */
  private void request(int status) {
    OutcomeByHand outcome = new OutcomeByHand().status(status);
    if (!loop.wantsText()) {
      outcome.text = null;
    }
    loop.onExchange(outcome);
  }

  private long lines() {
    writer.pump();
    return disk.text(LOG).lines().count();
  }

  @ParameterizedTest
  @CsvSource({
    // sample, errors, drawn, status, lines
    "10000, off, 9999, 200, 1",
    "10000, on, 9999, 200, 1",
    "2500, off, 2499, 200, 1",
    "2500, off, 2500, 200, 0",
    "2500, off, 2500, 502, 0",
    "2500, on, 2499, 200, 1",
    "2500, on, 2500, 200, 0",
    "2500, on, 2500, 404, 0",
    "2500, on, 2500, 500, 1",
    "2500, on, 2500, 504, 1",
    "0, on, 0, 200, 0",
    "0, on, 0, 503, 1",
    "0, off, 0, 503, 0",
  })
  void aShareOfRequestsGetsALineAndErrorsWhereTheyAreKept(
      int sample, String errors, int number, int status, int expected) {
    settings = settings(sample, errors.equals("on"));
    drawn = number;
    request(status);
    assertThat(lines()).isEqualTo(expected);
    assertThat(draws).as("at most one draw a request").isLessThan(2);
  }

  @Test
  void nothingIsKeptOfRequestsThatGetNoLine() {
    settings = settings(1, false);
    drawn = 1;
    assertThat(loop.wantsText()).isFalse();
    settings = new AccessLogSettings(null, Format.JSON, 10_000, true, false, 64 * 1024);
    assertThat(loop.wantsText()).isFalse();
  }

  @Test
  void aLogThatIsSwitchedOffMeanwhileGetsNoLine() {
    assertThat(loop.wantsText()).isTrue();
    settings = new AccessLogSettings(null, Format.JSON, 10_000, true, false, 64 * 1024);
    loop.onExchange(new OutcomeByHand());
    assertThat(lines()).isZero();
  }

  @Test
  void theFormatFollowsTheSettings() {
    request(200);
    settings = new AccessLogSettings(LOG, Format.COMBINED, 10_000, true, false, 64 * 1024);
    request(200);
    writer.pump();
    assertThat(disk.text(LOG).lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("{"),
            second -> assertThat(second).startsWith("203.0.113.7 - - ["));
  }

  @Test
  void aRequestThatWasRefusedBeforeItWasOneGetsALineToo() {
    loop.onRefusal(new OutcomeByHand().status(400));
    assertThat(lines()).isEqualTo(1);
  }

  @Test
  void whatFindsNoRoomIsDroppedAndCounted() {
    for (int i = 0; i < 1000; i++) {
      request(200);
    }
    long dropped = writer.dropped();
    assertThat(dropped).isBetween(1L, 999L);
    assertThat(lines()).isEqualTo(1000 - dropped);
    assertThat(writer.written()).isEqualTo(1000 - dropped);
    request(200);
    assertThat(writer.dropped()).as("there is room again").isEqualTo(dropped);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void aLineMakesNoGarbage(Format format) {
    settings = new AccessLogSettings(LOG, format, 10_000, true, false, 1024 * 1024);
    OutcomeByHand outcome = new OutcomeByHand();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      long before = allocated();
      for (int i = 0; i < 1000; i++) {
        loop.onExchange(outcome);
      }
      least = Math.min(least, allocated() - before);
      writer.pump();
    }
    assertThat(least / 1000).as("bytes a line").isZero();
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
