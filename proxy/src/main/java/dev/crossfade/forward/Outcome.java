package dev.crossfade.forward;

import dev.crossfade.http.Verb;
import dev.crossfade.route.Rule;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.Method;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.time.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of an exchange while it goes on, for those who are told of it in the end. Used
 * again for the next; confined to one event loop.
 */
final class Outcome implements ExchangeOutcome {
  /** The client left before an answer began; nginx's number for it, never sent. */
  static final int CLIENT_LEFT = 499;

  private static final int NONE = -1;

  private final Ticker ticker;
  private final Texts text;
  private final Verdict verdict;

  private Verb verb = Verb.OTHER;
  private long started;
  private long sentAt;
  private long upstreamNanos;
  private int status;
  private boolean retried;
  private @Nullable RejectCause rejected;

  Outcome(Ticker ticker, Texts text, Verdict verdict) {
    this.ticker = ticker;
    this.text = text;
    this.verdict = verdict;
  }

  void begin(Verb method, long startedNanos) {
    verb = method;
    started = startedNanos;
    upstreamNanos = NONE;
    status = 0;
    retried = false;
    rejected = null;
  }

  /** The request goes out to an origin. */
  void sent(long now) {
    sentAt = now;
  }

  /** Something of the answer has come; only the first time counts. */
  void answered(long now) {
    if (upstreamNanos == NONE) {
      upstreamNanos = now - sentAt;
    }
  }

  void status(int sent) {
    status = sent;
  }

  void retries() {
    retried = true;
  }

  void refused(@Nullable RejectCause cause) {
    rejected = cause;
  }

  /** Whether anything of an answer has come from the origin. */
  boolean hasAnswer() {
    return upstreamNanos != NONE;
  }

  @Override
  public @Nullable Side side() {
    Assignment decided = verdict.assignment();
    return decided == null ? null : decided.side();
  }

  @Override
  public @Nullable Reason reason() {
    Assignment decided = verdict.assignment();
    return decided == null ? null : decided.reason();
  }

  @Override
  public @Nullable String rule() {
    Rule decided = verdict.rule();
    return decided == null ? null : decided.name();
  }

  @Override
  public Method method() {
    return text.method(verb);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public long durationNanos() {
    return ticker.nanos() - started;
  }

  @Override
  public long upstreamNanos() {
    return upstreamNanos;
  }

  @Override
  public boolean retried() {
    return retried;
  }

  @Override
  public boolean firstAssignment() {
    return reason() == Reason.FIRST;
  }

  @Override
  public @Nullable Side movedFrom() {
    return verdict.movedFrom();
  }

  @Override
  public @Nullable RejectCause rejected() {
    return rejected;
  }
}
