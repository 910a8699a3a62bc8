package dev.crossfade.upstream;

/**
 * How many requests may be sent again: in ten seconds {@value #PERCENT} % of the requests and
 * {@value #FLOOR} more, so that light traffic may. When an application fails as a whole, every
 * request that is sent again is one more for those that are left; without a bound twice the traffic
 * would finish them off. (As Finagle's and Linkerd's budgets.) One for each event loop and side,
 * confined to that loop.
 */
final class RetryBudget {
  /** Retries for a hundred requests. */
  static final int PERCENT = 20;

  /**
   * Retries in ten seconds whatever the requests. An application that restarts closes all of its
   * idle connections at once, and each of them may be meeting a request.
   */
  static final int FLOOR = 100;

  private static final int SLOTS = 10;
  private static final long SLOT_NANOS = 1_000_000_000L;

  private final int[] requests = new int[SLOTS];
  private final int[] retries = new int[SLOTS];
  private boolean begun;
  private long beginning;
  private long slot;
  private long sumOfRequests;
  private long sumOfRetries;

  /** Counts a request. */
  void request() {
    requests[(int) (slot % SLOTS)]++;
    sumOfRequests++;
  }

  /** Counts a retry, if there may be one more. */
  boolean spend() {
    if (sumOfRetries * 100 >= sumOfRequests * PERCENT + FLOOR * 100) {
      return false;
    }
    retries[(int) (slot % SLOTS)]++;
    sumOfRetries++;
    return true;
  }

  /**
   * Whether less than half of it is spent. Else nothing should be begun that may have to be sent
   * again: what is under way by then needs the rest.
   */
  boolean ample() {
    return sumOfRetries * 200 < sumOfRequests * PERCENT + FLOOR * 100;
  }

  /** Lets go of what is more than ten seconds ago. To be called often. */
  void at(long nowNanos) {
    if (!begun) {
      begun = true;
      beginning = nowNanos;
    }
    long present = (nowNanos - beginning) / SLOT_NANOS;
    long steps = Math.min(SLOTS, present - slot);
    slot = present;
    for (long i = 0; i < steps; i++) {
      int at = (int) ((present - i) % SLOTS);
      sumOfRequests -= requests[at];
      sumOfRetries -= retries[at];
      requests[at] = 0;
      retries[at] = 0;
    }
  }
}
