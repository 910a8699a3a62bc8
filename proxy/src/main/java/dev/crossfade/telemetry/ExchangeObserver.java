package dev.crossfade.telemetry;

import dev.crossfade.split.Side;

/**
 * Is told what happens on the data path. Called on event loops, from several threads at once: must
 * not block, allocate or look up by name on the way.
 */
public interface ExchangeObserver {
  /** Tells nobody. */
  ExchangeObserver NONE = new ExchangeObserver() {};

  /** Tells both, the first one first. */
  static ExchangeObserver both(ExchangeObserver first, ExchangeObserver second) {
    return new BothObservers(first, second);
  }

  /**
   * Whether {@link ExchangeOutcome#text} is wanted of the request that begins. Asked once for each,
   * since by the end its head is gone and what was not kept of it can't be had any more.
   */
  default boolean wantsText() {
    return false;
  }

  /**
   * An exchange is over.
   *
   * @param outcome valid during the call only
   */
  default void onExchange(ExchangeOutcome outcome) {}

  /** An endpoint of the side failed; an exchange may fail several times and still end well. */
  default void onUpstreamFailure(Side side, FailureKind kind) {}

  /** A client's connection was opened or, with -1, closed. */
  default void onClientConnections(Protocol protocol, int change) {}

  /**
   * A client was turned away without an answer that could be told of: its connection before
   * anything of a request was read or, in HTTP/2, for frames that are no request, or a stream.
   */
  default void onReject(RejectCause cause) {}

  /**
   * A request was refused before it became an exchange. Not told by {@link #onReject} too.
   *
   * @param outcome valid during the call only
   */
  default void onRefusal(ExchangeOutcome outcome) {}

  /**
   * A task of an event loop ran that had been due for so long.
   *
   * @param loop from 0, in the order of the transport's loops
   * @param nanos may be negative by what two readings of a clock differ
   */
  default void onLoopLag(int loop, long nanos) {}

  /** What is spoken with a client. */
  enum Protocol {
    HTTP1("http/1"),
    HTTP2("http/2"),
    TUNNEL("tunnel");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    /** The name in metrics. */
    public String label() {
      return label;
    }
  }
}
