package dev.crossfade.telemetry;

import dev.crossfade.split.Side;

/** Tells two observers, in this order. */
record BothObservers(ExchangeObserver first, ExchangeObserver second) implements ExchangeObserver {
  @Override
  public boolean wantsText() {
    return first.wantsText() || second.wantsText();
  }

  @Override
  public void onExchange(ExchangeOutcome outcome) {
    first.onExchange(outcome);
    second.onExchange(outcome);
  }

  @Override
  public void onRefusal(ExchangeOutcome outcome) {
    first.onRefusal(outcome);
    second.onRefusal(outcome);
  }

  @Override
  public void onLoopLag(int loop, long nanos) {
    first.onLoopLag(loop, nanos);
    second.onLoopLag(loop, nanos);
  }

  @Override
  public void onUpstreamFailure(Side side, FailureKind kind) {
    first.onUpstreamFailure(side, kind);
    second.onUpstreamFailure(side, kind);
  }

  @Override
  public void onClientConnections(Protocol protocol, int change) {
    first.onClientConnections(protocol, change);
    second.onClientConnections(protocol, change);
  }

  @Override
  public void onReject(RejectCause cause) {
    first.onReject(cause);
    second.onReject(cause);
  }
}
