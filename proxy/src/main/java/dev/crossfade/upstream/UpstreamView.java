package dev.crossfade.upstream;

import dev.crossfade.split.Side;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What metrics and the admin API see of the upstreams. May be called from any thread. */
public interface UpstreamView {
  /** The endpoints of a side in the order of the configuration; a snapshot. */
  List<EndpointView> endpoints(Side side);

  /** Whether at least one endpoint of the side is ready and healthy. */
  boolean available(Side side);

  /**
   * One endpoint at a moment.
   *
   * @param address as configured
   * @param active connections with a request under way, and those that are being made for one
   * @param idle connections kept for the next request
   * @param lastFailure what went wrong last, in words for operators; null if nothing did
   * @param condition what else is known of it
   */
  record EndpointView(
      String address,
      boolean healthy,
      int active,
      int idle,
      @Nullable String lastFailure,
      @Nullable Instant lastFailureAt,
      Condition condition) {}

  /**
   * What an endpoint has been through. Counts begin with the process.
   *
   * @param health in a word: healthy, suspect, ejected, recovering or down
   * @param since when it became healthy, or ceased to be; null while its name was never known
   * @param weight as configured
   * @param addresses that its name leads to; empty where it is no name
   * @param waiting requests that wait for a connection
   * @param good answers with a status below 500
   * @param failed other answers, and requests without one
   * @param changes between healthy and not
   * @param ejections for its answers
   * @param failedProbes active ones and connects made to find out
   */
  record Condition(
      String health,
      @Nullable Instant since,
      int weight,
      List<String> addresses,
      int waiting,
      long good,
      long failed,
      long changes,
      long ejections,
      long failedProbes) {}
}
