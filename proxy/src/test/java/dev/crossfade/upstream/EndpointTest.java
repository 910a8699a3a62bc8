package dev.crossfade.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.net.Address;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.split.Side;
import dev.crossfade.testing.TickerByHand;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final TickerByHand ticker = new TickerByHand();

  private Endpoint endpoint() {
    Endpoint endpoint = unknown();
    endpoint.leadsTo(List.of(new InetSocketAddress(80)));
    return endpoint;
  }

  private Endpoint unknown() {
    return new Endpoint(
        new EndpointKey(Side.NEW, "shop:80"),
        Address.parse("shop:80"),
        ticker,
        InstantSource.fixed(NOW));
  }

  private static void fall(Endpoint endpoint) {
    for (int i = 0; i < Health.FALL; i++) {
      endpoint.connectFailed(new FailedConnect("no", false));
    }
  }

  @Test
  void fallsOnlyWithTheThirdFailedConnectInARow() {
    Endpoint endpoint = endpoint();
    endpoint.connectFailed(new FailedConnect("no", false));
    endpoint.connectFailed(new FailedConnect("no", false));
    endpoint.health().connected();
    endpoint.connectFailed(new FailedConnect("no", false));
    endpoint.connectFailed(new FailedConnect("no", false));
    assertThat(endpoint.healthy()).isTrue();
    endpoint.connectFailed(new FailedConnect("no", false));
    assertThat(endpoint.healthy()).isFalse();
    assertThat(endpoint.view(1).condition().changes()).isEqualTo(1);
  }

  @Test
  void isSuspectFromTheFirstFailedConnectOn() {
    Endpoint endpoint = endpoint();
    endpoint.connectFailed(new FailedConnect("no", false));
    assertThat(endpoint.standing()).isEqualTo(Standing.SUSPECT);
    assertThat(endpoint.health().doubted()).isTrue();
    endpoint.health().probeConnected();
    assertThat(endpoint.standing()).isEqualTo(Standing.SOUND);
    assertThat(endpoint.health().doubted()).isFalse();
  }

  @Test
  void isWorthATryAsLongAsItsConnectsAreRefusedAtOnce() {
    Endpoint endpoint = endpoint();
    for (int i = 0; i < Health.FALL; i++) {
      endpoint.connectFailed(new FailedConnect("no", true));
    }
    assertThat(endpoint.standing()).isEqualTo(Standing.REFUSING);
    assertThat(endpoint.healthy()).isFalse();
    assertThat(endpoint.view(1).condition().health()).isEqualTo("down");
    endpoint.connectFailed(new FailedConnect("took too long", false));
    assertThat(endpoint.standing()).isEqualTo(Standing.DOWN);
    endpoint.connectFailed(new FailedConnect("no", true));
    assertThat(endpoint.standing()).isEqualTo(Standing.REFUSING);
    endpoint.health().probeBad(1, "500");
    assertThat(endpoint.standing()).as("its application says no").isEqualTo(Standing.DOWN);
  }

  @Test
  void recoversWithOneConnect() {
    Endpoint endpoint = endpoint();
    fall(endpoint);
    endpoint.health().connected();
    assertThat(endpoint.standing()).isEqualTo(Standing.SOUND);
    endpoint.connectFailed(new FailedConnect("no", false));
    assertThat(endpoint.healthy()).isTrue();
  }

  @Test
  void whoComesAndGoesMustShowLongerThatItIsThere() {
    Endpoint endpoint = endpoint();
    int[] needed = {1, 2, 4, 8, 16, 16};
    for (int connects : needed) {
      fall(endpoint);
      for (int i = 1; i < connects; i++) {
        endpoint.health().probeConnected();
        assertThat(endpoint.standing()).as("%d of %d", i, connects).isEqualTo(Standing.HELD);
      }
      endpoint.health().probeConnected();
      assertThat(endpoint.standing()).isEqualTo(Standing.SOUND);
    }
    ticker.advance(Duration.ofSeconds(61));
    fall(endpoint);
    endpoint.health().probeConnected();
    assertThat(endpoint.standing()).as("forgiven after a minute").isEqualTo(Standing.SOUND);
  }

  @Test
  void aRequestsConnectDoesNotCountAgainAndAgain() {
    Endpoint endpoint = endpoint();
    fall(endpoint);
    endpoint.health().connected();
    fall(endpoint);
    for (int i = 0; i < 10; i++) {
      endpoint.health().connected();
    }
    assertThat(endpoint.standing()).isEqualTo(Standing.HELD);
  }

  @Test
  void badAnswersAloneNeverMakeItUnhealthyButAreShown() {
    Endpoint endpoint = endpoint();
    for (int i = 0; i < 100; i++) {
      endpoint.failed("The endpoint took too long.");
    }
    assertThat(endpoint.healthy()).isTrue();
    assertThat(endpoint.view(1).lastFailure()).isEqualTo("The endpoint took too long.");
    assertThat(endpoint.view(1).lastFailureAt()).isEqualTo(NOW);
  }

  @Test
  void isNotHealthyWhileItsNameIsNotKnown() {
    Endpoint endpoint = unknown();
    assertThat(endpoint.healthy()).isFalse();
    assertThat(endpoint.view(1).healthy()).isFalse();
    endpoint.leadsTo(List.of(new InetSocketAddress(80)));
    assertThat(endpoint.healthy()).isTrue();
    assertThat(endpoint.view(1).condition().changes()).as("that is its beginning").isZero();
  }

  @Test
  void anEjectionTakesLongerEveryTimeUpToItsLongest() {
    Endpoint endpoint = endpoint();
    Duration time = Duration.ofSeconds(30);
    for (int seconds : new int[] {30, 60, 90, 100, 100}) {
      endpoint.eject(time, Duration.ofSeconds(100), "bad answers");
      assertThat(endpoint.standing()).isEqualTo(Standing.EJECTED);
      ticker.advance(Duration.ofSeconds(seconds - 1));
      assertThat(endpoint.health().mayBeReadmitted()).as("before %d s", seconds).isFalse();
      ticker.advance(Duration.ofSeconds(1));
      assertThat(endpoint.health().mayBeReadmitted()).as("after %d s", seconds).isTrue();
      endpoint.readmit("its time is over");
      assertThat(endpoint.standing()).isEqualTo(Standing.SOUND);
    }
    ticker.advance(Duration.ofSeconds(301));
    endpoint.eject(time, Duration.ofSeconds(100), "bad answers");
    ticker.advance(time);
    assertThat(endpoint.health().mayBeReadmitted()).as("long good, so as the first time").isTrue();
  }

  @Test
  void whoComesBackGetsItsShareBitByBit() {
    Endpoint endpoint = endpoint();
    long slowStart = Duration.ofSeconds(10).toNanos();
    assertThat(endpoint.health().share()).isEqualTo(Health.WHOLE);
    fall(endpoint);
    endpoint.health().probeConnected();
    endpoint.health().grow(slowStart);
    assertThat(endpoint.health().share()).isEqualTo(Health.WHOLE / 10);
    ticker.advance(Duration.ofSeconds(5));
    endpoint.health().grow(slowStart);
    assertThat(endpoint.health().share()).isEqualTo(Health.WHOLE / 2);
    ticker.advance(Duration.ofSeconds(5));
    endpoint.health().grow(slowStart);
    assertThat(endpoint.health().share()).isEqualTo(Health.WHOLE);
  }

  @Test
  void probesFallAndRiseByTheirOwnCounts() {
    Endpoint endpoint = endpoint();
    endpoint.health().probeBad(2, "500");
    assertThat(endpoint.healthy()).isTrue();
    endpoint.health().probeGood(3);
    endpoint.health().probeBad(2, "500");
    assertThat(endpoint.healthy()).as("not two in a row").isTrue();
    endpoint.health().probeBad(2, "500");
    assertThat(endpoint.standing()).isEqualTo(Standing.DOWN);
    endpoint.health().probeGood(3);
    endpoint.health().probeGood(3);
    assertThat(endpoint.healthy()).isFalse();
    endpoint.health().probeGood(3);
    assertThat(endpoint.standing()).isEqualTo(Standing.SOUND);
    endpoint.health().probeBad(1, "500");
    endpoint.health().unprobed();
    assertThat(endpoint.standing()).isEqualTo(Standing.SOUND);
  }

  @Test
  void aLeaseCountsOnceUntilItIsClosed() {
    Endpoint one = endpoint();
    Endpoint other = endpoint();
    Lease lease = new Lease();
    lease.close();
    lease.open(one);
    assertThat(one.inFlight()).isEqualTo(1);
    lease.open(other);
    assertThat(one.inFlight()).isZero();
    assertThat(other.inFlight()).isEqualTo(1);
    assertThat(lease.endpoint()).isSameAs(other);
    lease.close();
    lease.close();
    assertThat(other.inFlight()).isZero();
    assertThat(lease.endpoint()).isNull();
  }
}
