package dev.crossfade.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.net.Address;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.split.Side;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EndpointTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static Endpoint endpoint() {
    Endpoint endpoint =
        new Endpoint(new EndpointKey(Side.NEW, "shop:80"), Address.parse("shop:80"));
    endpoint.resolvedTo(new InetSocketAddress(80));
    return endpoint;
  }

  @Test
  void fallsOnlyWithTheThirdFailedConnectInARow() {
    Endpoint endpoint = endpoint();
    assertThat(endpoint.connectFailed("no", NOW)).isFalse();
    assertThat(endpoint.connectFailed("no", NOW)).isFalse();
    endpoint.connected();
    assertThat(endpoint.connectFailed("no", NOW)).isFalse();
    assertThat(endpoint.connectFailed("no", NOW)).isFalse();
    assertThat(endpoint.healthy()).isTrue();
    assertThat(endpoint.connectFailed("no", NOW)).as("the one that made it unhealthy").isTrue();
    assertThat(endpoint.healthy()).isFalse();
    assertThat(endpoint.connectFailed("no", NOW)).as("it was so before").isFalse();
  }

  @Test
  void recoversWithOneConnect() {
    Endpoint endpoint = endpoint();
    for (int i = 0; i < Endpoint.FALL; i++) {
      endpoint.connectFailed("no", NOW);
    }
    endpoint.connected();
    assertThat(endpoint.healthy()).isTrue();
    assertThat(endpoint.connectFailed("no", NOW)).isFalse();
    assertThat(endpoint.healthy()).isTrue();
  }

  @Test
  void badAnswersNeverMakeItUnhealthyButAreShown() {
    Endpoint endpoint = endpoint();
    for (int i = 0; i < 100; i++) {
      endpoint.failed("The endpoint took too long.", NOW);
    }
    assertThat(endpoint.healthy()).isTrue();
    assertThat(endpoint.view().lastFailure()).isEqualTo("The endpoint took too long.");
    assertThat(endpoint.view().lastFailureAt()).isEqualTo(NOW);
  }

  @Test
  void isNotHealthyWhileItsNameIsNotKnown() {
    Endpoint endpoint =
        new Endpoint(new EndpointKey(Side.NEW, "shop:80"), Address.parse("shop:80"));
    assertThat(endpoint.healthy()).isFalse();
    assertThat(endpoint.view().healthy()).isFalse();
    endpoint.resolvedTo(new InetSocketAddress(80));
    assertThat(endpoint.healthy()).isTrue();
  }

  @Test
  void oneProbeAtATime() {
    Endpoint endpoint = endpoint();
    assertThat(endpoint.claimProbe()).isTrue();
    assertThat(endpoint.claimProbe()).isFalse();
    endpoint.probeOver();
    assertThat(endpoint.claimProbe()).isTrue();
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
