package dev.crossfade.forward;

import dev.crossfade.http.Verb;
import dev.crossfade.route.Rule;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.Method;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.time.Ticker;
import dev.crossfade.upstream.Endpoint;
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
  private @Nullable RejectCause rejected;
  private @Nullable Endpoint asked;
  private @Nullable Endpoint retriedFrom;
  private @Nullable FailureKind failure;
  private boolean clientLeft;
  private long bytesSent;
  private long bytesReceived;
  private boolean kept;
  private @Nullable RequestText keptText;

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
    rejected = null;
    asked = null;
    retriedFrom = null;
    failure = null;
    clientLeft = false;
    bytesSent = 0;
    bytesReceived = 0;
    kept = false;
  }

  /** Where the request's text goes, if it is wanted; made with the first that is. */
  RequestText keep() {
    RequestText present = keptText;
    if (present == null) {
      present = new RequestText();
      keptText = present;
    }
    kept = true;
    return present;
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

  /** The request is sent again, since this endpoint failed. */
  void retries(Endpoint failed) {
    retriedFrom = failed;
  }

  void fails(ProxyFailure why) {
    rejected = why.cause();
    failure = why.upstream();
  }

  /** The client left; where no answer has begun, it is none that it left. */
  void clientLeft(boolean answerBegun) {
    clientLeft = true;
    if (!answerBegun) {
      status = CLIENT_LEFT;
    }
  }

  /** Who is asked in the end. */
  void asked(@Nullable Endpoint endpoint) {
    asked = endpoint;
  }

  /** More of the answer's body goes to the client. */
  void bodySent(long bytes) {
    bytesSent += bytes;
  }

  /** More of the request's body goes to the upstream. */
  void bodyReceived(long bytes) {
    bytesReceived += bytes;
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
  public @Nullable Side movedFrom() {
    return verdict.movedFrom();
  }

  @Override
  public @Nullable RejectCause rejected() {
    return rejected;
  }

  @Override
  public @Nullable RequestText text() {
    return kept ? keptText : null;
  }

  @Override
  public int bucket() {
    Assignment decided = verdict.assignment();
    return decided == null ? Assignment.NO_BUCKET : decided.bucket();
  }

  @Override
  public long revision() {
    return verdict.revision();
  }

  @Override
  public @Nullable String upstream() {
    return asked == null ? null : asked.key().address();
  }

  @Override
  public @Nullable String retriedFrom() {
    return retriedFrom == null ? null : retriedFrom.key().address();
  }

  @Override
  public @Nullable FailureKind failure() {
    return failure;
  }

  @Override
  public boolean clientLeft() {
    return clientLeft;
  }

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  @Override
  public long bytesReceived() {
    return bytesReceived;
  }
}
