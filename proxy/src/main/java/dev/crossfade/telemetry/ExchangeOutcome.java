package dev.crossfade.telemetry;

import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import org.jspecify.annotations.Nullable;

/**
 * What became of one exchange. A view that is valid during the call only: the exchange behind it is
 * used again for the connection's next request.
 */
public interface ExchangeOutcome {
  /** The side decided on; null if the request never got as far. */
  @Nullable Side side();

  /** Why that side; null if there was no decision. */
  @Nullable Reason reason();

  /** The name of the rule that decided, a text of the configuration; null if none did. */
  default @Nullable String rule() {
    return null;
  }

  /** The request's method; {@link Method#OTHER} where it could not be read. */
  Method method();

  /** Status sent to the client, 100 … 599; 499 if the client left before an answer began. */
  int status();

  /** Nanoseconds from the first byte of the request's head to the last byte of the answer. */
  long durationNanos();

  /** Nanoseconds from passing on the head to the answer's first byte; -1 if none came. */
  long upstreamNanos();

  /** Whether the request was sent a second time. */
  boolean retried();

  /** Whether this was a visitor's first request, and the side came of a fresh bucket. */
  boolean firstAssignment();

  /** The side on which the visitor was before this request, where that is known and differs. */
  @Nullable Side movedFrom();

  /** Why the proxy itself refused; null if it did not. */
  @Nullable RejectCause rejected();
}
