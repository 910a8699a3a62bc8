package dev.crossfade.upstream;

import static dev.crossfade.upstream.UpstreamFixtures.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.Ejection;
import dev.crossfade.split.Side;
import dev.crossfade.testing.TickerByHand;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EjectionsTest {
  private final TickerByHand ticker = new TickerByHand();
  private List<Endpoint> all = endpoints(4, ticker);
  private Ejection rule = Ejection.DEFAULT;
  private final Ejections ejections = new Ejections(side -> all, side -> rule);

  private void fail(Endpoint endpoint, int times) {
    for (int i = 0; i < times; i++) {
      ejections.failed(endpoint);
    }
  }

  private long out() {
    return all.stream().filter(e -> e.standing() == Standing.EJECTED).count();
  }

  @Test
  void failedAnswersInARowPutAnEndpointOut() {
    Endpoint one = all.get(0);
    fail(one, 4);
    one.answeredWell();
    fail(one, 4);
    assertThat(one.standing()).isEqualTo(Standing.SOUND);
    fail(one, 1);
    assertThat(one.standing()).isEqualTo(Standing.EJECTED);
    assertThat(one.healthy()).isFalse();
    assertThat(one.view(1).condition().ejections()).isEqualTo(1);
  }

  @Test
  void itComesBackWhenItsTimeIsOverAndBeginsAnew() {
    Endpoint one = all.get(0);
    fail(one, 5);
    ticker.advance(Duration.ofSeconds(29));
    ejections.readmit(Side.OLD);
    assertThat(one.standing()).isEqualTo(Standing.EJECTED);
    ticker.advance(Duration.ofSeconds(1));
    ejections.readmit(Side.OLD);
    assertThat(one.standing()).isEqualTo(Standing.SOUND);
    fail(one, 4);
    assertThat(one.standing()).isEqualTo(Standing.SOUND);
    fail(one, 1);
    ticker.advance(Duration.ofSeconds(30));
    ejections.readmit(Side.OLD);
    assertThat(one.standing())
        .as("the second time takes twice as long")
        .isEqualTo(Standing.EJECTED);
  }

  @Test
  void neverMoreThanTheConfiguredShare() {
    fail(all.get(0), 5);
    fail(all.get(1), 5);
    fail(all.get(2), 50);
    assertThat(out()).isEqualTo(2);
  }

  @Test
  void ofTwoOneMayAlwaysGoButNeverTheLast() {
    all = endpoints(2, ticker);
    rule = new Ejection(1, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), 0);
    fail(all.get(0), 1);
    assertThat(out()).isEqualTo(1);
    fail(all.get(1), 100);
    assertThat(out()).isEqualTo(1);
    assertThat(all.get(1).standing()).isEqualTo(Standing.SOUND);
  }

  @Test
  void theOnlyOneStays() {
    all = endpoints(1, ticker);
    fail(all.get(0), 1000);
    assertThat(all.get(0).standing()).isEqualTo(Standing.SOUND);
  }

  @Test
  void theLastThatTakesConnectionsStaysAlsoIfOthersAreDown() {
    for (Endpoint endpoint : all.subList(1, 4)) {
      for (int i = 0; i < Health.FALL; i++) {
        endpoint.connectFailed(new FailedConnect("no", false));
      }
    }
    fail(all.get(0), 1000);
    assertThat(all.get(0).standing()).isEqualTo(Standing.SOUND);
  }

  @Test
  void whoIsNeededComesBackAtOnce() {
    fail(all.get(0), 5);
    for (Endpoint endpoint : all.subList(1, 4)) {
      for (int i = 0; i < Health.FALL; i++) {
        endpoint.connectFailed(new FailedConnect("no", false));
      }
    }
    ejections.readmit(Side.OLD);
    assertThat(all.get(0).standing()).isEqualTo(Standing.SOUND);
  }

  @Test
  void nobodyGoesForWhatAllOthersDoAsWell() {
    all.forEach(endpoint -> fail(endpoint, 1));
    all.forEach(endpoint -> fail(endpoint, 99));
    assertThat(out()).isZero();
    all.get(3).answeredWell();
    fail(all.get(0), 5);
    assertThat(out()).as("there is one that does better").isEqualTo(1);
  }

  private void answers(Endpoint endpoint, int good, int failed) {
    for (int i = 0; i < good + failed; i++) {
      // Never many in a row.
      if (i * failed / (good + failed) != (i + 1) * failed / (good + failed)) {
        endpoint.answeredBadly();
      } else {
        endpoint.answeredWell();
      }
    }
  }

  @Test
  void whoIsFarBehindItsPeersGoes() {
    ejections.compare(Side.OLD);
    answers(all.get(0), 65, 35);
    all.subList(1, 4).forEach(peer -> answers(peer, 98, 2));
    ejections.compare(Side.OLD);
    assertThat(all.get(0).standing()).isEqualTo(Standing.EJECTED);
    assertThat(out()).isEqualTo(1);
  }

  @Test
  void whoIsALittleBehindOrHasSaidLittleStays() {
    ejections.compare(Side.OLD);
    answers(all.get(0), 75, 25);
    answers(all.get(1), 1, 60);
    answers(all.get(2), 100, 0);
    answers(all.get(3), 100, 0);
    ejections.compare(Side.OLD);
    assertThat(out()).isZero();
  }

  @Test
  void onlyWhatWasAnsweredLatelyIsCompared() {
    ejections.compare(Side.OLD);
    answers(all.get(0), 1000, 0);
    all.subList(1, 4).forEach(peer -> answers(peer, 1000, 0));
    ejections.compare(Side.OLD);
    answers(all.get(0), 50, 50);
    all.subList(1, 4).forEach(peer -> answers(peer, 100, 0));
    ejections.compare(Side.OLD);
    assertThat(all.get(0).standing()).isEqualTo(Standing.EJECTED);
  }

  @Test
  void switchedOffItDoesNothing() {
    rule = new Ejection(0, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), 10_000);
    ejections.compare(Side.OLD);
    answers(all.get(0), 0, 1000);
    fail(all.get(0), 1000);
    all.subList(1, 4).forEach(peer -> answers(peer, 100, 0));
    ejections.compare(Side.OLD);
    assertThat(out()).isZero();
  }
}
