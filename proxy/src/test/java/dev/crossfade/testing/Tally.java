package dev.crossfade.testing;

import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.RejectCause;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the data path tells, under names that tests ask for. Safe from any thread. */
public final class Tally implements ExchangeObserver {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** How often it was told. */
  public long of(String what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  private void add(String what, int change) {
    counts.computeIfAbsent(what, w -> new LongAdder()).add(change);
  }

  @Override
  public void onExchange(ExchangeOutcome outcome) {
    add("requests", 1);
    add("status " + outcome.status(), 1);
    if (outcome.reason() != null) {
      add("reason " + outcome.reason().label(), 1);
    }
    if (outcome.rule() != null) {
      add("rule " + outcome.rule(), 1);
    }
    if (outcome.firstAssignment() && outcome.side() != null) {
      add("first " + outcome.side().label(), 1);
    }
    if (outcome.movedFrom() != null) {
      add("moved from " + outcome.movedFrom().label(), 1);
    }
    if (outcome.retried()) {
      add("retried", 1);
    }
    if (outcome.rejected() != null) {
      add("rejected " + outcome.rejected().label(), 1);
    }
  }

  @Override
  public void onUpstreamFailure(Side side, FailureKind kind) {
    add("failure " + side.label() + " " + kind.label(), 1);
  }

  @Override
  public void onClientConnections(Protocol protocol, int change) {
    add("connections", change);
  }

  @Override
  public void onReject(RejectCause cause) {
    add("rejected " + cause.label(), 1);
  }

  @Override
  public void onRefusal(ExchangeOutcome outcome) {
    RejectCause cause = outcome.rejected();
    add("rejected " + (cause == null ? "without a cause" : cause.label()), 1);
  }

  @Override
  public void onLoopLag(int loop, long nanos) {
    add("sweeps of loop " + loop, 1);
    if (nanos > 0) {
      add("late sweeps", 1);
    }
  }

  @Override
  public String toString() {
    return new TreeMap<>(counts).toString();
  }
}
