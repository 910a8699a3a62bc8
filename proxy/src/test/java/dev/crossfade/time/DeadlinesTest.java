package dev.crossfade.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private final Deadlines deadlines = new Deadlines();
  private final List<String> passed = new ArrayList<>();

  private final class Named extends Deadline {
    private final String name;
    private Runnable action = () -> {};

    Named(String name) {
      this.name = name;
      deadlines.add(this);
    }

    @Override
    protected void passed(long now) {
      passed.add(name);
      action.run();
    }
  }

  @Test
  void onlyWhatIsSetAndDuePasses() {
    Named due = new Named("due");
    Named later = new Named("later");
    Named cleared = new Named("cleared");
    new Named("never set");
    due.set(10);
    later.set(11);
    cleared.set(10);
    cleared.clear();
    deadlines.sweep(10);
    assertThat(passed).containsExactly("due");
    assertThat(due.isSet()).isFalse();
    assertThat(later.isSet()).isTrue();
  }

  @Test
  void passesOnce() {
    new Named("one").set(10);
    deadlines.sweep(10);
    deadlines.sweep(20);
    assertThat(passed).containsExactly("one");
  }

  @Test
  void setAnewWithinPassedItPassesAgain() {
    Named again = new Named("again");
    again.set(10);
    again.action = () -> again.set(20);
    deadlines.sweep(10);
    deadlines.sweep(19);
    assertThat(passed).containsExactly("again");
    deadlines.sweep(20);
    assertThat(passed).containsExactly("again", "again");
  }

  @Test
  void anyMayBeRemovedWhileSweeping() {
    // The newest is looked at first.
    Named third = new Named("third");
    Named second = new Named("second");
    Named first = new Named("first");
    for (Named one : List.of(first, second, third)) {
      one.set(10);
    }
    first.action =
        () -> {
          deadlines.remove(first);
          deadlines.remove(second);
        };
    deadlines.sweep(10);
    assertThat(passed).containsExactly("first", "third");
    third.set(20);
    second.set(20);
    deadlines.sweep(20);
    assertThat(passed).containsExactly("first", "third", "third");
  }

  @Test
  void allMayBeRemovedWhileSweeping() {
    List<Named> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(new Named("d" + i));
    }
    all.forEach(d -> d.set(10));
    all.forEach(d -> d.action = () -> all.forEach(deadlines::remove));
    deadlines.sweep(10);
    assertThat(passed).containsExactly("d4");
    all.forEach(d -> d.set(20));
    deadlines.sweep(20);
    assertThat(passed).containsExactly("d4");
  }

  @Test
  void removedTwiceIsRemovedOnce() {
    Named one = new Named("one");
    Named other = new Named("other");
    one.set(10);
    other.set(10);
    deadlines.remove(one);
    deadlines.remove(one);
    deadlines.sweep(10);
    assertThat(passed).containsExactly("other");
    new Deadlines().remove(other);
    other.set(20);
    deadlines.sweep(20);
    assertThat(passed).containsExactly("other", "other");
  }

  @Test
  void addedWhileSweepingItIsLookedAtNextTime() {
    Named one = new Named("one");
    one.set(10);
    one.action = () -> new Named("added").set(10);
    deadlines.sweep(10);
    assertThat(passed).containsExactly("one");
    deadlines.sweep(10);
    assertThat(passed).containsExactly("one", "added");
  }

  @Test
  void theClockMayWrapAround() {
    Named one = new Named("one");
    one.set(Long.MAX_VALUE + 10);
    deadlines.sweep(Long.MAX_VALUE - 10);
    assertThat(passed).isEmpty();
    deadlines.sweep(Long.MIN_VALUE + 20);
    assertThat(passed).containsExactly("one");
  }
}
