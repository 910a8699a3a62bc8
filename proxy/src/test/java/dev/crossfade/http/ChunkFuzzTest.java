package dev.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Chance;
import dev.crossfade.testing.StrictHttp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutated chunked bodies: the scanner agrees with a strict parser, however the bytes arrive. */
class ChunkFuzzTest {
  private static final int ROUNDS = Chance.rounds(20_000);

  private record Scanned(int end, boolean refused, String data) {}

  @Test
  void theScannerAgreesWithTheStrictParser() {
    long seed = Chance.seed();
    Mutations mutations = new Mutations(new Random(seed));
    for (int i = 0; i < ROUNDS; i++) {
      String text = mutations.body();
      StrictHttp.Chunks strict = StrictHttp.chunks(text);
      Scanned whole = scan(text, text.length());
      String which = "seed " + seed + ", round " + i + ": " + text;
      if (strict.end() > 0) {
        assertThat(whole).as(which).isEqualTo(new Scanned(strict.end(), false, strict.data()));
      } else if (strict.end() < 0) {
        assertThat(whole.refused()).as(which).isTrue();
      } else {
        // What can't become good any more may be refused before it is complete.
        assertThat(whole.end()).as(which).isZero();
      }
    }
  }

  @Test
  void aBodyThatIsSplitAnywhereIsTheSameBody() {
    long seed = Chance.seed();
    Mutations mutations = new Mutations(new Random(seed));
    for (int i = 0; i < ROUNDS / 20; i++) {
      String text = mutations.body();
      Scanned whole = scan(text, text.length());
      for (int split = 1; split < text.length(); split++) {
        assertThat(scan(text, split))
            .as("seed " + seed + ", round " + i + ", split at " + split + ": " + text)
            .isEqualTo(whole);
      }
    }
  }

  /** End 0 where the body is not complete. */
  private static Scanned scan(String text, int split) {
    ChunkScanner scanner = new ChunkScanner(ChunkScanner.BadTrailers.REFUSED);
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    StringBuilder data = new StringBuilder();
    ChunkScanner.DataRun run =
        (b, from, to) -> data.append(b.toString(from, to - from, StandardCharsets.ISO_8859_1));
    int end = scanner.scan(bytes, 0, split, run);
    if (!scanner.done() && scanner.problem() == null) {
      end = scanner.scan(bytes, split, text.length(), run);
    }
    bytes.release();
    boolean refused = scanner.problem() != null;
    return new Scanned(scanner.done() ? end : 0, refused, refused ? "" : data.toString());
  }
}
