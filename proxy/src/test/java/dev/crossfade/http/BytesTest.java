package dev.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Chance;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void theSearchByWordsFindsWhatANaiveOneFindsAtEveryOffset() {
    long seed = Chance.seed();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[48];
      for (int i = 0; i < bytes.length; i++) {
        // Mostly what it passes over: text, tabs, and bytes beyond ASCII.
        int kind = random.nextInt(50);
        bytes[i] =
            (byte)
                (kind == 0
                    ? random.nextInt(256)
                    : kind < 5 ? '\t' : 0x20 + random.nextInt(0x5f) | (kind < 15 ? 0x80 : 0));
      }
      for (int from = 0; from <= 16; from++) {
        int to = bytes.length - random.nextInt(17);
        assertThat(Bytes.findControl(bytes, from, to))
            .as("seed " + seed + ", round " + round + ", from " + from + " to " + to)
            .isEqualTo(naive(bytes, from, to));
      }
    }
  }

  @Test
  void everyByteIsFoundOrPassedOverAtEveryPlaceInAWord() {
    for (int value = 0; value < 256; value++) {
      for (int place = 0; place < 16; place++) {
        byte[] bytes =
            "abcdefghijklmnopqrstuvwx".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        bytes[place] = (byte) value;
        assertThat(Bytes.findControl(bytes, 0, 24))
            .as(value + " at " + place)
            .isEqualTo(naive(bytes, 0, 24));
      }
    }
  }

  private static int naive(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      int c = bytes[i] & 0xff;
      if (c < 0x20 && c != '\t' || c == 0x7f) {
        return i;
      }
    }
    return to;
  }
}
