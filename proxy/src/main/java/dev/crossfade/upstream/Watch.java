package dev.crossfade.upstream;

import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.Probe;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.split.Side;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks after all endpoints in rounds of {@link #ROUND}, one for the whole process: begins the
 * probes that are due, takes back who was left out long enough, lets those that came back have
 * more. Confined to one event loop.
 *
 * <p>Probes are spread over their interval by a random start and a tenth of jitter, and at most
 * {@value #PROBES_A_ROUND} begin in a round, so that hundreds of endpoints are a trickle and no
 * storm. An endpoint whose last connect failed is asked at once whether it is still there, lest it
 * takes visitors to find out; one that is down, every second, and every round if no other is there.
 */
final class Watch {
  /** The length of a round. */
  static final Duration ROUND = Duration.ofMillis(100);

  /** Probes that begin in one round at most: 320 a second. */
  static final int PROBES_A_ROUND = 32;

  /** A second. */
  private static final int WHILE_DOWN = 10;

  /** Between two looks at how endpoints do against their peers. */
  private static final int COMPARISON = 100;

  private final Supplier<TrafficPlan> plan;
  private final BiFunction<TrafficPlan, Side, List<Endpoint>> endpoints;
  private final Ejections ejections;
  private final Prober prober;
  private final SplittableRandom random;
  private long rounds;
  private int begun;
  private int offset;

  Watch(
      Supplier<TrafficPlan> plan,
      BiFunction<TrafficPlan, Side, List<Endpoint>> endpoints,
      Ejections ejections,
      Prober prober,
      SplittableRandom random) {
    this.plan = plan;
    this.endpoints = endpoints;
    this.ejections = ejections;
    this.prober = prober;
    this.random = random;
  }

  /** One round. */
  void round() {
    rounds++;
    begun = 0;
    TrafficPlan present = plan.get();
    for (Side side : Side.values()) {
      ejections.readmit(side);
      if (rounds % COMPARISON == 0) {
        ejections.compare(side);
      }
      look(present, side);
    }
  }

  private void look(TrafficPlan present, Side side) {
    UpstreamSpec spec = present.upstream(side);
    List<Endpoint> all = endpoints.apply(present, side);
    long slowStart = spec.balancing().slowStart().toNanos();
    boolean lost = all.stream().noneMatch(endpoint -> endpoint.standing().atLeast(Standing.HELD));
    // Not always from the same one, so that none is left over where more are due than may begin.
    offset++;
    for (int i = 0; i < all.size(); i++) {
      Endpoint endpoint = all.get((offset + i) % all.size());
      endpoint.tellChanges();
      endpoint.health().grow(slowStart);
      if (present.state().endpoint(endpoint.key()) != EndpointState.MAINT
          && endpoint.whereabouts() != null) {
        plan(endpoint, spec, lost);
      }
    }
  }

  /**
   * @param urgent since no endpoint of the side is there
   */
  private void plan(Endpoint endpoint, UpstreamSpec spec, boolean urgent) {
    ProbeTimes times = endpoint.probeTimes;
    Probe probe = spec.probe();
    if (probe == null && times.asked) {
      times.asked = false;
      endpoint.health().unprobed();
    }
    if (times.underWay) {
      return;
    }
    boolean doubted = endpoint.health().doubted();
    if (probe == null && !doubted) {
      times.next = 0;
      return;
    }
    if (times.next == 0) {
      times.next = doubted ? rounds : rounds + random.nextInt(roundsOf(probe));
    }
    if (urgent || doubted && times.next > rounds + WHILE_DOWN) {
      times.next = rounds;
    }
    if (times.next <= rounds && begun < PROBES_A_ROUND) {
      begun++;
      begin(endpoint, spec);
    }
  }

  private static int roundsOf(@Nullable Probe probe) {
    return probe == null
        ? WHILE_DOWN
        : (int) Math.max(1, Math.min(1_000_000, probe.interval().dividedBy(ROUND)));
  }

  private void begin(Endpoint endpoint, UpstreamSpec spec) {
    ProbeTimes times = endpoint.probeTimes;
    Probe probe = spec.probe();
    times.underWay = true;
    times.asked = probe != null;
    prober.probe(
        endpoint,
        spec,
        new Prober.Answer() {
          @Override
          public void good() {
            endpoint.health().probeConnected();
            if (probe != null) {
              endpoint.health().probeGood(probe.rise());
            }
            over(endpoint, probe);
          }

          @Override
          public void unreachable(FailedConnect failed) {
            endpoint.probeFailed(failed.why());
            endpoint.health().connectFailed(failed);
            over(endpoint, probe);
          }

          @Override
          public void bad(String why) {
            endpoint.probeFailed(why);
            endpoint.health().probeConnected();
            if (probe != null) {
              endpoint.health().probeBad(probe.fall(), why);
            }
            over(endpoint, probe);
          }
        });
  }

  private void over(Endpoint endpoint, @Nullable Probe probe) {
    ProbeTimes times = endpoint.probeTimes;
    times.underWay = false;
    int interval = roundsOf(probe);
    if (endpoint.standing() == Standing.SUSPECT) {
      // Not known to be gone yet: to be found out soon, since it may be the only one.
      interval = 1;
    } else if (!endpoint.healthy()) {
      interval = Math.min(interval, WHILE_DOWN);
    }
    int jitter = interval / 10;
    times.next = rounds + interval + (jitter == 0 ? 0 : random.nextInt(2 * jitter + 1) - jitter);
  }
}
