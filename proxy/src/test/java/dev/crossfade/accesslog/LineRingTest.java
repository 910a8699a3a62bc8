package dev.crossfade.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LineRingTest {
  private static boolean offer(LineRing ring, String line) {
    byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
    return ring.offer(bytes, bytes.length);
  }

  private static String peek(LineRing ring) {
    StringBuilder all = new StringBuilder();
    for (ByteBuffer piece : ring.lines()) {
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      all.append(new String(bytes, StandardCharsets.US_ASCII));
    }
    return all.toString();
  }

  private static String take(LineRing ring) {
    String all = peek(ring);
    ring.taken(all.length());
    return all;
  }

  @Test
  void linesComeOutAsTheyWentInAroundTheEnd() {
    LineRing ring = new LineRing(16);
    for (int i = 0; i < 100; i++) {
      assertThat(offer(ring, "line " + i % 10 + "\n")).isTrue();
      assertThat(offer(ring, i % 7 + "\n")).isTrue();
      assertThat(take(ring)).isEqualTo("line " + i % 10 + "\n" + i % 7 + "\n");
      assertThat(ring.isEmpty()).isTrue();
    }
  }

  @Test
  void aLineThatFindsNoRoomIsRefusedAsAWholeAndAShorterOneMayStillFit() {
    LineRing ring = new LineRing(10);
    assertThat(offer(ring, "abcde\n")).isTrue();
    assertThat(offer(ring, "fghi\n")).isFalse();
    assertThat(offer(ring, "fgh\n")).isTrue();
    assertThat(offer(ring, "\n")).isFalse();
    assertThat(take(ring)).isEqualTo("abcde\nfgh\n");
    assertThat(offer(ring, "123456789\n")).as("all of it").isTrue();
    assertThat(offer(ring, "12345678901\n")).isFalse();
  }

  @Test
  void wholeLinesAreToldFromParts() {
    LineRing ring = new LineRing(12);
    offer(ring, "1234567\n");
    take(ring);
    offer(ring, "ab\n");
    offer(ring, "cd\n");
    assertThat(ring.wholeLines(5)).isEqualTo(3);
    assertThat(ring.wholeLines(2)).isZero();
    assertThat(ring.wholeLines(6)).isEqualTo(6);
    assertThat(ring.count(6)).isEqualTo(2);
    assertThat(ring.count(5)).isEqualTo(1);
    ring.taken(3);
    assertThat(peek(ring)).isEqualTo("cd\n");
  }

  @Test
  void itPressesWhileMoreThanHalfFull() {
    LineRing ring = new LineRing(10);
    offer(ring, "1234\n");
    assertThat(ring.presses()).isFalse();
    offer(ring, "\n");
    assertThat(ring.presses()).isTrue();
    take(ring);
    assertThat(ring.presses()).isFalse();
  }

  @Test
  void whatOneThreadWritesAnotherReads() throws Exception {
    LineRing ring = new LineRing(64);
    int lines = 30_000;
    CompletableFuture<Long> refused =
        CompletableFuture.supplyAsync(
            () -> {
              Random random = new Random(1);
              long full = 0;
              for (int i = 0; i < lines; i++) {
                String line = i + "x".repeat(random.nextInt(20)) + "\n";
                while (!offer(ring, line)) {
                  full++;
                  Thread.onSpinWait();
                }
              }
              return full;
            });
    StringBuilder pending = new StringBuilder();
    int next = 0;
    while (next < lines) {
      pending.append(take(ring));
      int end;
      while ((end = pending.indexOf("\n")) >= 0) {
        assertThat(pending.substring(0, end).replace("x", "")).isEqualTo("" + next);
        pending.delete(0, end + 1);
        next++;
      }
    }
    assertThat(pending).isEmpty();
    refused.get();
  }
}
