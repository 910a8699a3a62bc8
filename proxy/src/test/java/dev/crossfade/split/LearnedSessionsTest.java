package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.split.LearnedSessions.Held;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LearnedSessionsTest {
  private final FakeTicker ticker = new FakeTicker();

  @Test
  void whatIsPutInIsFound() {
    LearnedSessions learned = table(10, Duration.ofMinutes(1));
    Held held = new Held(12, Side.NEW, 3, 4);
    learned.put(learned.fingerprint(bytes("xsid"), 1, 4), held);
    assertThat(learned.find(learned.fingerprint(bytes("sidy"), 0, 3))).isSameAs(held);
    assertThat(learned.find(learned.fingerprint(bytes("six"), 0, 3))).isNull();
    assertThat(learned.hits()).isEqualTo(1);
    assertThat(learned.misses()).isEqualTo(1);
  }

  @Test
  void nothingOfAnEntryIsLostInItsSmallForm() {
    for (Side side : new @Nullable Side[] {null, Side.OLD, Side.NEW}) {
      for (int bucket : new int[] {0, 1, 9999}) {
        Held held = new Held(bucket, side, -2, Integer.MIN_VALUE);
        assertThat(held.bucket()).isEqualTo(bucket);
        assertThat(held.side()).isEqualTo(side);
        assertThat(held.epoch()).isEqualTo(-2);
        assertThat(held.number()).isEqualTo(Integer.MIN_VALUE);
      }
    }
  }

  @Test
  void entriesExpireAfterTheirLastUse() {
    LearnedSessions learned = table(10, Duration.ofMinutes(10));
    learned.put(1, new Held(1, null, 0, 0));
    learned.put(2, new Held(2, null, 0, 0));
    ticker.advance(Duration.ofMinutes(9));
    assertThat(learned.find(1)).isNotNull();
    ticker.advance(Duration.ofMinutes(9));
    assertThat(learned.find(1)).isNotNull();
    assertThat(learned.find(2)).isNull();
    learned.put(3, new Held(3, null, 0, 0));
    assertThat(learned.evictions()).isEqualTo(1);
  }

  @Test
  void theSizeIsBoundedAndCanBeChanged() {
    LearnedSessions learned = table(100, Duration.ofHours(1));
    for (long i = 0; i < 1000; i++) {
      learned.put(i * 0x9e3779b97f4a7c15L, new Held(0, null, 0, 0));
    }
    assertThat(learned.size()).isBetween(90L, 100L);
    assertThat(learned.evictions()).isEqualTo(1000 - learned.size());
    learned.reconfigure(new SplitSettings.Learned(10, Duration.ofHours(1)));
    learned.put(-1, new Held(0, null, 0, 0));
    assertThat(learned.size()).isLessThanOrEqualTo(10);
    learned.reconfigure(new SplitSettings.Learned(0, Duration.ofHours(1)));
    assertThat(learned.size()).isZero();
  }

  @Test
  void fingerprintsDifferFromProcessToProcess() {
    assertThat(table(1, Duration.ofHours(1)).fingerprint(bytes("id"), 0, 2))
        .isNotEqualTo(table(1, Duration.ofHours(1)).fingerprint(bytes("id"), 0, 2));
  }

  @Test
  void aMillionSessionsTakeLessThan150MebibytesOfHeap() {
    long before = usedHeap();
    LearnedSessions learned = table(1_000_000, Duration.ofHours(1));
    for (int i = 0; i < 1_000_000; i++) {
      byte[] id = bytes("session-" + i);
      learned.put(learned.fingerprint(id, 0, id.length), new Held(i % 10_000, Side.NEW, 1, i));
    }
    long used = usedHeap() - before;
    System.out.println("A million learned sessions take " + used / (1 << 20) + " MiB");
    assertThat(learned.size()).isGreaterThan(990_000);
    assertThat(used).isLessThan(150L << 20);
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private LearnedSessions table(int size, Duration expiry) {
    return new LearnedSessions(new SplitSettings.Learned(size, expiry), ticker);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
