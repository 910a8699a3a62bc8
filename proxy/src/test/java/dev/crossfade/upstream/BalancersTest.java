package dev.crossfade.upstream;

import static dev.crossfade.upstream.UpstreamFixtures.endpoints;
import static dev.crossfade.upstream.UpstreamFixtures.members;
import static dev.crossfade.upstream.UpstreamFixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.Balancing;
import dev.crossfade.plan.Balancing.Way;
import dev.crossfade.testing.TickerByHand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BalancersTest {
  private static final long SEED = 20_260_102;

  private final TickerByHand ticker = new TickerByHand();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Wanted wanted = new Wanted();

  private Balancer balancer(Way way, Duration slowStart, List<Endpoint> all, int... weights) {
    Prepared side = Prepared.of(spec(all, new Balancing(way, slowStart), null));
    return Balancer.of(side, members(all, weights), random);
  }

  private Balancer balancer(Way way, List<Endpoint> all, int... weights) {
    return balancer(way, Duration.ZERO, all, weights);
  }

  private Endpoint picked(Balancer balancer) {
    return Objects.requireNonNull(balancer.pick(wanted));
  }

  private Map<Endpoint, Integer> counts(Balancer balancer, int requests) {
    Map<Endpoint, Integer> counts = new HashMap<>();
    for (int i = 0; i < requests; i++) {
      wanted.key = i % 10_000;
      counts.merge(picked(balancer), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void turnsAreMixedEvenly() {
    List<Endpoint> all = endpoints(3, ticker);
    Balancer balancer = balancer(Way.ROUND_ROBIN, all, 5, 1, 1);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      order.add(all.indexOf(picked(balancer)));
    }
    // nginx's own example.
    assertThat(order).containsExactly(0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"ROUND_ROBIN", "LEAST_REQUESTS"})
  void idleEndpointsGetByTheirWeights(Way way) {
    List<Endpoint> all = endpoints(3, ticker);
    Map<Endpoint, Integer> counts = counts(balancer(way, all, 1, 2, 7), 1000);
    assertThat(all.stream().map(counts::get)).containsExactly(100, 200, 700);
  }

  @ParameterizedTest
  @EnumSource
  void whoIsDownOrExceptedOrFullGetsNothing(Way way) {
    List<Endpoint> all = endpoints(5, ticker);
    for (int i = 0; i < Health.FALL; i++) {
      all.get(0).connectFailed(new FailedConnect("no", false));
    }
    wanted.except = all.get(1);
    wanted.room = 2;
    all.get(2).take();
    all.get(2).take();
    Balancer balancer = balancer(way, all);
    assertThat(counts(balancer, 500)).containsOnlyKeys(all.get(3), all.get(4));
    wanted.least = Standing.DOWN;
    wanted.except = null;
    wanted.room = Wanted.ANY_NUMBER;
    assertThat(counts(balancer, 500)).containsKeys(all.get(0), all.get(1), all.get(3));
  }

  @ParameterizedTest
  @EnumSource
  void ofNoneThereIsNone(Way way) {
    assertThat(balancer(way, endpoints(1, ticker)).pick(wanted)).isNotNull();
    wanted.least = Standing.SOUND;
    List<Endpoint> one = endpoints(1, ticker);
    one.get(0).connectFailed(new FailedConnect("no", false));
    assertThat(balancer(way, one).pick(wanted)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void whoComesBackIsGivenLittleAtFirst(Way way) {
    List<Endpoint> all = endpoints(4, ticker);
    Endpoint back = all.get(0);
    for (int i = 0; i < Health.FALL; i++) {
      back.connectFailed(new FailedConnect("no", false));
    }
    back.health().connected();
    Balancer balancer = balancer(way, Duration.ofSeconds(10), all);
    assertThat(counts(balancer, 10_000).getOrDefault(back, 0)).isBetween(150, 400);
    ticker.advance(Duration.ofSeconds(10));
    back.health().grow(Duration.ofSeconds(10).toNanos());
    assertThat(counts(balancer, 10_000).get(back)).isBetween(2_300, 2_700);
  }

  // ---- hash

  @Test
  void theSameVisitorGoesToTheSameEndpointInEveryProcess() {
    List<Endpoint> all = endpoints(10, ticker);
    Balancer one = balancer(Way.HASH, all);
    Balancer other = balancer(Way.HASH, all);
    for (int key = 0; key < 10_000; key++) {
      wanted.key = key;
      assertThat(picked(one)).isSameAs(picked(one)).isSameAs(picked(other));
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "10, 5", "100, 15"})
  void bucketsAreSharedEvenly(int count, int percent) {
    List<Endpoint> all = endpoints(count, ticker);
    Map<Endpoint, Integer> counts = counts(balancer(Way.HASH, all), 10_000);
    int fair = 10_000 / count;
    // Ten thousand keys are no more even than chance: three standard deviations of it, and 1 %.
    int off = (int) (3 * Math.sqrt(fair)) + fair / 100;
    assertThat(counts.values())
        .as("at most %d %% off", percent)
        .allSatisfy(n -> assertThat(n).isBetween(fair - off, fair + off));
  }

  @Test
  void theTableGivesPlacesByWeights() {
    HashTable table = new HashTable(List.of("a:1", "b:1", "c:1"), new int[] {1, 2, 7});
    int[] places = new int[3];
    IntStream.range(0, HashTable.PLACES).forEach(place -> places[table.owner(place)]++);
    for (int i = 0; i < 3; i++) {
      int fair = HashTable.PLACES * new int[] {1, 2, 7}[i] / 10;
      assertThat(places[i]).isBetween(fair * 99 / 100, fair * 101 / 100);
    }
  }

  @Test
  void onlyTheVisitorsOfAnEndpointThatIsGoneMoveAndTheyComeBack() {
    List<Endpoint> all = endpoints(10, ticker);
    Balancer balancer = balancer(Way.HASH, all);
    Map<Integer, Endpoint> before = new HashMap<>();
    for (int key = 0; key < 10_000; key++) {
      wanted.key = key;
      before.put(key, picked(balancer));
    }
    Endpoint gone = all.get(3);
    gone.connectFailed(new FailedConnect("no", false));
    Map<Endpoint, Integer> heirs = new HashMap<>();
    before.forEach(
        (key, endpoint) -> {
          wanted.key = key;
          Endpoint now = picked(balancer);
          if (endpoint == gone) {
            heirs.merge(now, 1, Integer::sum);
          } else {
            assertThat(now).isSameAs(endpoint);
          }
        });
    assertThat(heirs).as("all others take some of them").hasSize(9).doesNotContainKey(gone);
    gone.health().connected();
    before.forEach(
        (key, endpoint) -> {
          wanted.key = key;
          assertThat(picked(balancer)).isSameAs(endpoint);
        });
  }

  @Test
  void nobodyGetsMoreThanAQuarterAboveItsShare() {
    List<Endpoint> all = endpoints(4, ticker);
    Balancer balancer = balancer(Way.HASH, all);
    wanted.key = 4711; // one visitor with a thousand requests at a time
    for (int i = 0; i < 1000; i++) {
      picked(balancer).take();
    }
    assertThat(all).allSatisfy(e -> assertThat(e.inFlight()).isLessThanOrEqualTo(313));
  }

  @Test
  void withoutAKeyRequestsTakeTurns() {
    List<Endpoint> all = endpoints(4, ticker);
    Balancer balancer = balancer(Way.HASH, all);
    wanted.key = Lease.NO_KEY;
    for (Endpoint endpoint : all) {
      assertThat(picked(balancer)).isSameAs(endpoint);
    }
  }

  // ---- one that is slow

  private record Load(double maxToMean, double slowToMean, double meanNanos) {}

  /**
   * Requests come evenly, each endpoint serves 8 at a time; one of them takes ten times as long.
   */
  private Load simulate(Way way, int count) {
    List<Endpoint> all = endpoints(count, ticker);
    Balancer balancer = balancer(way, all);
    record Done(double at, Endpoint endpoint) {}
    PriorityQueue<Done> underWay = new PriorityQueue<>((a, b) -> Double.compare(a.at(), b.at()));
    int requests = 20_000 + 200 * count;
    double[] busyUntil = new double[count];
    double[] underWaySum = new double[count];
    double waited = 0;
    for (int i = 0; i < requests; i++) {
      // Half of what all of them together can do.
      double now = i * 2.0 / count;
      while (!underWay.isEmpty() && underWay.peek().at() <= now) {
        underWay.poll().endpoint().giveBack();
      }
      wanted.key = random.nextInt(10_000);
      Endpoint endpoint = picked(balancer);
      endpoint.take();
      int at = all.indexOf(endpoint);
      double takes = at == 0 ? 10 : 1;
      busyUntil[at] = Math.max(now, busyUntil[at]) + takes;
      waited += busyUntil[at] - now;
      underWay.add(new Done(busyUntil[at], endpoint));
      for (int e = 0; e < count; e++) {
        underWaySum[e] += all.get(e).inFlight();
      }
    }
    double mean =
        IntStream.range(0, count).mapToDouble(e -> underWaySum[e]).average().orElseThrow();
    double max = IntStream.range(0, count).mapToDouble(e -> underWaySum[e]).max().orElseThrow();
    return new Load(max / mean, underWaySum[0] / mean, waited / requests);
  }

  @Test
  void aSlowEndpointIsSparedByAllThatLookAtRequestsUnderWay() {
    StringBuilder table =
        new StringBuilder(
            String.format(
                "%n%-16s %9s %22s %22s%n",
                "balance", "endpoints", "max/mean under way", "mean time of a request"));
    Map<String, Load> loads = new HashMap<>();
    for (Way way : Way.values()) {
      for (int count : new int[] {3, 10, 100}) {
        Load load = simulate(way, count);
        loads.put(way + " " + count, load);
        table.append(
            String.format(
                "%-16s %9d %22.2f %22.2f%n",
                way.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                count,
                load.maxToMean(),
                load.meanNanos()));
      }
    }
    System.out.println("One of the endpoints is ten times slower, seed " + SEED + table);
    for (int count : new int[] {3, 10, 100}) {
      double blind = loads.get("ROUND_ROBIN " + count).meanNanos();
      assertThat(loads.get("LEAST_REQUESTS " + count).meanNanos()).isLessThan(blind / 4);
      assertThat(loads.get("HASH " + count).meanNanos()).isLessThan(blind / 2);
    }
  }
}
