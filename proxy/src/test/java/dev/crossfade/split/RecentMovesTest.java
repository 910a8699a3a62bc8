package dev.crossfade.split;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentMovesTest {
  private final RecentMoves moves = new RecentMoves();

  @Test
  void aMoveIsNewsOnceAndSoIsTheWayBack() {
    assertThat(moves.note(7, Side.NEW)).isTrue();
    assertThat(moves.note(7, Side.NEW)).isFalse();
    assertThat(moves.note(8, Side.NEW)).isTrue();
    assertThat(moves.note(7, Side.OLD)).isTrue();
    assertThat(moves.note(7, Side.OLD)).isFalse();
    assertThat(moves.note(7, Side.NEW)).isTrue();
  }

  @Test
  void theVisitorWhoseNumberIsZeroMovesToo() {
    assertThat(moves.note(0, Side.OLD)).isTrue();
    assertThat(moves.note(0, Side.OLD)).isFalse();
  }
}
