package dev.crossfade.plan;

import java.time.Instant;
import java.util.Map;

/**
 * What operators change at runtime and what outlives a restart. Immutable; a change makes a new one
 * with the next revision.
 *
 * @param revision number of this state, from 1, +1 on every change, never reused
 * @param threshold percentage × 100: 0 … 10,000; buckets below it belong to new
 * @param epoch +1 on every rollback and promote; pins of an earlier epoch count no more
 * @param upgradeHonoured false from a rollback until the percentage is next raised, if the
 *     configuration says that a rollback is to silence the upgrade cookie
 * @param endpoints states other than {@link EndpointState#READY}
 * @param changedBy the author's role or name
 * @param reason the author's words, may be empty
 */
public record ControlState(
    long revision,
    int threshold,
    int epoch,
    Maintenance maintenance,
    boolean upgradeHonoured,
    Map<EndpointKey, EndpointState> endpoints,
    Instant changedAt,
    String changedBy,
    String reason) {

  /** The threshold of 100 %, and the number of buckets. */
  public static final int EVERYONE = 10_000;

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public ControlState {
    if (revision < 1) {
      throw new IllegalArgumentException("A revision counts from 1, not " + revision);
    }
    if (threshold < 0 || threshold > EVERYONE) {
      throw new IllegalArgumentException("A threshold is 0 to 10000, not " + threshold);
    }
    if (epoch < 0) {
      throw new IllegalArgumentException("An epoch is not negative, but this is " + epoch);
    }
    endpoints = Map.copyOf(endpoints);
  }

  /** The state an endpoint was put in, {@link EndpointState#READY} where nobody did. */
  public EndpointState endpoint(EndpointKey key) {
    return endpoints.getOrDefault(key, EndpointState.READY);
  }

  /** The same decisions as another revision, by another hand. */
  public ControlState stamped(long next, Instant at, String by, String why) {
    return new ControlState(
        next, threshold, epoch, maintenance, upgradeHonoured, endpoints, at, by, why);
  }

  /** The share of visitors on new. */
  public Percent percent() {
    return new Percent(threshold);
  }
}
