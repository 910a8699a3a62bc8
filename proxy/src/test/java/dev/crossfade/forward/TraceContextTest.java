package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.forward.ForwardSettings.Trace;
import dev.crossfade.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, level 1, §3.2. */
class TraceContextTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String GOOD = "00-" + ID + "-b7ad6b7169203331-01";
  private static final Trace MAKE = new Trace(true, 10_000);

  private static RequestHead head(String... fields) {
    StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
    for (String field : fields) {
      text.append(field).append("\r\n");
    }
    byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    RequestHead head = new RequestHead(8192, 100);
    assertThat(head.scan(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    return head;
  }

  private static @Nullable String begun(TraceContext trace) {
    byte[] begun = trace.begun();
    return begun == null ? null : new String(begun, StandardCharsets.US_ASCII);
  }

  private static @Nullable String id(TraceContext trace) {
    return trace.idStart() < 0
        ? null
        : new String(trace.idBytes(), trace.idStart(), 32, StandardCharsets.US_ASCII);
  }

  /** Draws what it is told, then fails. */
  private static RandomGenerator drawing(long... numbers) {
    Deque<Long> left = new ArrayDeque<>();
    for (long number : numbers) {
      left.add(number);
    }
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return left.remove();
      }

      @Override
      public int nextInt(int bound) {
        return (int) nextLong();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOOD,
        "00-" + ID + "-b7ad6b7169203331-00",
        "00-" + ID + "-b7ad6b7169203331-ff",
        "cc-" + ID + "-b7ad6b7169203331-01",
        "01-" + ID + "-b7ad6b7169203331-01-what-the-future-brings",
        "  " + GOOD + "\t",
      })
  void aValidOneGoesOnAsItIs(String value) {
    TraceContext trace = new TraceContext(drawing(), drawing());
    trace.read(head("TraceParent: " + value), MAKE, false);
    assertThat(begun(trace)).isNull();
    assertThat(id(trace)).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-" + ID + "-b7ad6b7169203331-01",
        "00-" + ID + "-b7ad6b7169203331-01-more",
        "01-" + ID + "-b7ad6b7169203331-01.more",
        "00-" + ID + "-b7ad6b7169203331-1",
        "00-" + ID + "-b7ad6b7169203331-0G",
        "0x-" + ID + "-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-" + ID + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00_" + ID + "-b7ad6b7169203331-01",
        "00-" + ID + "_b7ad6b7169203331-01",
        "00-" + ID + "-b7ad6b7169203331_01",
        "00-" + ID + "-b7ad6b716920333\u00e9-01",
      })
  void anInvalidOneIsReplacedWhereTracesAreMadeAndElseIsNone(String value) {
    TraceContext trace = new TraceContext(drawing(1), drawing(2, 3));
    trace.read(head("traceparent: " + value), MAKE, false);
    assertThat(begun(trace)).isEqualTo("00-00000000000000010000000000000002-0000000000000003-01");
    assertThat(id(trace)).isEqualTo("00000000000000010000000000000002");
    trace.read(head("traceparent: " + value), Trace.OFF, true);
    assertThat(begun(trace)).isNull();
    assertThat(id(trace)).isNull();
  }

  @Test
  void twoOfThemAreNone() {
    TraceContext trace = new TraceContext(drawing(1), drawing(2, 3));
    trace.read(head("traceparent: " + GOOD, "traceparent: " + GOOD), MAKE, false);
    assertThat(begun(trace)).isNotNull();
  }

  @Test
  void oneThatConnectionNamesIsForThisHopOnly() {
    TraceContext trace = new TraceContext(drawing(1), drawing(2, 3));
    trace.read(head("traceparent: " + GOOD, "Connection: traceparent"), MAKE, false);
    assertThat(begun(trace)).isNotNull();
  }

  @Test
  void noIdIsOfZeros() {
    TraceContext trace = new TraceContext(drawing(0), drawing(0, 0));
    trace.read(head(), MAKE, false);
    assertThat(begun(trace)).isEqualTo("00-00000000000000010000000000000001-0000000000000001-01");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 00", "2500, 2499, 01", "2500, 2500, 00", "10000, 9999, 01"})
  void aShareOfThemIsRecorded(int sampled, int drawn, String flags) {
    TraceContext trace = new TraceContext(drawing(-1), drawing(-1, -1, drawn));
    trace.read(head(), new Trace(true, sampled), false);
    assertThat(begun(trace))
        .isEqualTo("00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-" + flags);
  }

  @Test
  void whereNobodyAsksNothingIsLookedFor() {
    TraceContext trace = new TraceContext(drawing(), drawing());
    trace.read(head("traceparent: " + GOOD), Trace.OFF, true);
    assertThat(id(trace)).isEqualTo(ID);
    trace.read(head("traceparent: " + GOOD), Trace.OFF, false);
    assertThat(id(trace)).isNull();
  }

  @Test
  void twoLoopsDrawDifferentIds() {
    Set<String> ids = new HashSet<>();
    for (TraceContext loop : List.of(new TraceContext(), new TraceContext())) {
      for (int i = 0; i < 1000; i++) {
        loop.read(head(), MAKE, false);
        ids.add(id(loop));
      }
    }
    assertThat(ids).hasSize(2000).allMatch(id -> id.matches("[0-9a-f]{32}"));
  }
}
