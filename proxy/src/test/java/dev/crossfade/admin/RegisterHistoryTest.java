package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.admin.RegisterHistory.Kind;
import dev.crossfade.admin.RegisterHistory.Operation;
import org.junit.jupiter.api.Test;

/** The checker itself: it must find what it is there to find. */
class RegisterHistoryTest {
  private final RegisterHistory history = new RegisterHistory();

  private void read(long version, int value, long began, long ended) {
    history.add(new Operation(1, Kind.READ, 0, version, value, began, ended));
  }

  private void write(long named, long version, int value, long began, long ended) {
    history.add(new Operation(2, Kind.WRITE, named, version, value, began, ended));
  }

  private void refused(long named, long version, long began, long ended) {
    history.add(new Operation(3, Kind.REFUSED, named, version, -1, began, ended));
  }

  @Test
  void aGoodHistoryHasNoViolations() {
    read(1, 10, 0, 5);
    write(1, 2, 20, 1, 9);
    read(1, 10, 2, 8);
    read(2, 20, 3, 4); // sees a write whose answer is still on its way
    write(0, 3, 30, 10, 20);
    refused(2, 3, 12, 22);
    read(3, 30, 23, 24);
    assertThat(history.violations(1, 10)).isEmpty();
  }

  @Test
  void aLostUpdateIsFound() {
    write(1, 2, 20, 0, 10);
    write(1, 3, 30, 1, 11);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("lost");
  }

  @Test
  void aVersionMadeTwiceIsFound() {
    write(1, 2, 20, 0, 10);
    write(1, 2, 30, 0, 11);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("twice");
  }

  @Test
  void aGapIsFound() {
    write(0, 3, 20, 0, 10);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("made by nobody");
  }

  @Test
  void aReadOfTheStateBeforeAnAcknowledgedWriteIsFound() {
    write(1, 2, 20, 0, 10);
    read(1, 10, 11, 12);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("went back");
  }

  @Test
  void twoReadsThatGoBackAreFound() {
    write(1, 2, 20, 0, 100);
    read(2, 20, 10, 20);
    read(1, 10, 30, 40);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("went back");
  }

  @Test
  void aReadOfWhatIsOnlyWrittenLaterIsFound() {
    read(2, 20, 0, 1);
    write(1, 2, 20, 5, 10);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("went back");
  }

  @Test
  void aValueThatIsNotThatOfItsVersionIsFound() {
    write(1, 2, 20, 0, 10);
    read(2, 21, 1, 11);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("nobody wrote");
  }

  @Test
  void aRefusalOfTheRightVersionIsFound() {
    refused(1, 1, 0, 1);
    assertThat(history.violations(1, 10)).singleElement().asString().contains("refused");
  }
}
