package dev.crossfade.accesslog;

import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.Method;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An outcome that a test fills in: an ordinary page of new unless it says otherwise. */
final class OutcomeByHand implements ExchangeOutcome {
  @Nullable RequestText text = new RequestText();
  @Nullable Side side = Side.NEW;
  @Nullable Reason reason = Reason.BUCKET;
  @Nullable String rule;
  int bucket = 1234;
  int status = 200;
  long upstreamNanos = 11_987_654;
  @Nullable String upstream = "127.0.0.1:8082";
  @Nullable String retriedFrom;
  @Nullable FailureKind failure;
  @Nullable RejectCause rejected;
  boolean clientLeft;
  long bytesReceived;

  OutcomeByHand() {
    say(Part.CLIENT, "203.0.113.7");
    say(Part.METHOD, "GET");
    say(Part.PATH, "/cart");
    say(Part.PROTOCOL, "HTTP/1.1");
    say(Part.HOST, "shop.example");
    say(Part.USER_AGENT, "Mozilla/5.0");
  }

  OutcomeByHand say(Part part, String said) {
    byte[] bytes = said.getBytes(StandardCharsets.ISO_8859_1);
    text.keep(part, bytes, 0, bytes.length);
    return this;
  }

  OutcomeByHand status(int answered) {
    status = answered;
    return this;
  }

  @Override
  public @Nullable RequestText text() {
    return text;
  }

  @Override
  public @Nullable Side side() {
    return side;
  }

  @Override
  public @Nullable Reason reason() {
    return reason;
  }

  @Override
  public @Nullable String rule() {
    return rule;
  }

  @Override
  public Method method() {
    return Method.GET;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public long durationNanos() {
    return 12_345_678;
  }

  @Override
  public long upstreamNanos() {
    return upstreamNanos;
  }

  @Override
  public @Nullable RejectCause rejected() {
    return rejected;
  }

  @Override
  public int bucket() {
    return bucket;
  }

  @Override
  public long revision() {
    return 7;
  }

  @Override
  public @Nullable String upstream() {
    return upstream;
  }

  @Override
  public @Nullable String retriedFrom() {
    return retriedFrom;
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
    return 5120;
  }

  @Override
  public long bytesReceived() {
    return bytesReceived;
  }
}
