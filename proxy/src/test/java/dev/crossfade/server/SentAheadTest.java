package dev.crossfade.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whom the answer goes on for after they have closed their output, and who is gone. */
class SentAheadTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** A ticker begins anywhere, so its numbers may overflow on the way. */
  private static final long START = Long.MAX_VALUE - SECOND / 2;

  private final SentAhead ahead = new SentAhead();

  @Test
  void whoIsSentNothingForASecondIsTakenForGone() {
    ahead.inputEnds(START);
    assertThat(ahead.isSilent(START)).isFalse();
    assertThat(ahead.isSilent(START + SECOND - 1)).isFalse();
    assertThat(ahead.isSilent(START + SECOND)).isTrue();
  }

  @Test
  void whoIsSentAByteOfTheHeadIsNot() {
    ahead.inputEnds(START);
    assertThat(ahead.ofHead(START + SentAhead.FIRST_NANOS - 1)).isEqualTo(SentAhead.NOTHING);
    assertThat(ahead.ofHead(START + SentAhead.FIRST_NANOS)).isEqualTo('H');
    assertThat(ahead.isSilent(START + 60 * SECOND)).isFalse();
  }

  @Test
  void whoIsSentAZeroIsNot() {
    ahead.inputEnds(START);
    assertThat(ahead.ofChunk()).isEqualTo('0');
    assertThat(ahead.isSilent(START + 60 * SECOND)).isFalse();
  }

  @Test
  void whoIsSentMoreOfTheAnswerIsNot() {
    ahead.inputEnds(START);
    ahead.takeOff(Unpooled.EMPTY_BUFFER);
    assertThat(ahead.isSilent(START + 60 * SECOND)).isFalse();
  }
}
