package dev.crossfade.telemetry;

import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import org.jspecify.annotations.Nullable;

/**
 * What became of one exchange. A view that is valid during the call only: the exchange behind it is
 * used again for the connection's next request. What is not the case has a default.
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
  default boolean retried() {
    return retriedFrom() != null;
  }

  /** Whether this was a visitor's first request, and the side came of a fresh bucket. */
  default boolean firstAssignment() {
    return reason() == Reason.FIRST;
  }

  /** The side on which the visitor was before this request, where that is known and differs. */
  default @Nullable Side movedFrom() {
    return null;
  }

  /** Why the proxy itself refused; null if it did not. */
  default @Nullable RejectCause rejected() {
    return null;
  }

  /** What the client said; null if nobody wanted it ({@link ExchangeObserver#wantsText}). */
  default @Nullable RequestText text() {
    return null;
  }

  /** The visitor's bucket, 0 … 9999; -1 where none was needed. */
  default int bucket() {
    return -1;
  }

  /** Revision of the control state that the request was decided by; 0 if there was none. */
  default long revision() {
    return 0;
  }

  /** Address of the endpoint that was asked last, as configured; null if none was. */
  default @Nullable String upstream() {
    return null;
  }

  /** Address of the endpoint that failed before the request was sent again; null if it was not. */
  default @Nullable String retriedFrom() {
    return null;
  }

  /** How the last endpoint failed; null if it did not. */
  default @Nullable FailureKind failure() {
    return null;
  }

  /** Whether the client left before it had been sent the whole answer. */
  default boolean clientLeft() {
    return false;
  }

  /** Bytes of the answer's body that were passed on to the client, chunks' framing included. */
  default long bytesSent() {
    return 0;
  }

  /** Bytes of the request's body that were passed on to the upstream, framing included. */
  default long bytesReceived() {
    return 0;
  }
}
