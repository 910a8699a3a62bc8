package dev.crossfade.accesslog;

import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The combined format that readers of logs know, and behind it {@code name=value} for what that has
 * no place for. All of them are on every line and in the same order; a dash stands for nothing.
 */
final class CombinedFormat implements LineFormat {
  private static final byte[] USER = ascii(" - - [");
  private static final byte[] REQUEST = ascii(" +0000] \"");
  private static final byte[] BETWEEN_QUOTES = ascii("\" \"");
  private static final byte[] VARIANT = ascii("\" variant=");
  private static final byte[] REASON = name("reason");
  private static final byte[] BUCKET = name("bucket");
  private static final byte[] RULE = name("rule");
  private static final byte[] REVISION = name("revision");
  private static final byte[] UPSTREAM = name("upstream");
  private static final byte[] UPSTREAM_TIME = name("upstream-time");
  private static final byte[] RETRIES = name("retries");
  private static final byte[] RETRIED_FROM = name("retried-from");
  private static final byte[] FAILURE = name("failure");
  private static final byte[] REJECTED = name("rejected");
  private static final byte[] CLIENT_LEFT = name("client-left");
  private static final byte[] DURATION = name("duration");
  private static final byte[] REQUEST_BYTES = name("request-bytes");
  private static final byte[] HOST = name("host");
  private static final byte[] TRACE = name("trace");
  private static final byte[] YES = ascii("yes");
  private static final byte[] NO = ascii("no");
  private static final byte[] CUT = ascii("...");

  private final TimeText time = new TimeText("dd/MMM/uuuu:HH:mm:ss");

  private static byte[] name(String name) {
    return ascii(" " + name + "=");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void write(
      ExchangeOutcome outcome, RequestText text, long millis, boolean query, Line line) {
    said(text, Part.CLIENT, line);
    line.add(USER).add(time.of(millis)).add(REQUEST);
    request(text, query, line);
    line.add('"').add(' ').add(outcome.status()).add(' ').add(outcome.bytesSent());
    line.add(' ').add('"');
    said(text, Part.REFERER, line);
    line.add(BETWEEN_QUOTES);
    said(text, Part.USER_AGENT, line);
    decision(outcome, line);
    upstream(outcome, line);
    line.add(DURATION).seconds(outcome.durationNanos());
    line.add(REQUEST_BYTES).add(outcome.bytesReceived());
    line.add(HOST).add('"');
    said(text, Part.HOST, line);
    line.add('"').add(TRACE);
    said(text, Part.TRACE, line);
    line.add('\n');
  }

  private static void request(RequestText text, boolean query, Line line) {
    said(text, Part.METHOD, line);
    if (text.has(Part.PATH)) {
      line.add(' ');
      said(text, Part.PATH, line);
      if (query && text.has(Part.QUERY)) {
        line.add('?');
        said(text, Part.QUERY, line);
      }
    }
    if (text.has(Part.PROTOCOL)) {
      line.add(' ');
      said(text, Part.PROTOCOL, line);
    }
  }

  private static void decision(ExchangeOutcome outcome, Line line) {
    Side side = outcome.side();
    Reason reason = outcome.reason();
    word(VARIANT, side == null ? null : side.label(), line);
    word(REASON, reason == null ? null : reason.label(), line);
    line.add(BUCKET);
    if (outcome.bucket() >= 0) {
      line.add(outcome.bucket());
    } else {
      line.add('-');
    }
    text(RULE, outcome.rule(), line);
    line.add(REVISION).add(outcome.revision());
  }

  private static void upstream(ExchangeOutcome outcome, Line line) {
    text(UPSTREAM, outcome.upstream(), line);
    line.add(UPSTREAM_TIME);
    if (outcome.upstreamNanos() >= 0) {
      line.seconds(outcome.upstreamNanos());
    } else {
      line.add('-');
    }
    line.add(RETRIES).add(outcome.retried() ? '1' : '0');
    text(RETRIED_FROM, outcome.retriedFrom(), line);
    FailureKind failure = outcome.failure();
    word(FAILURE, failure == null ? null : failure.label(), line);
    RejectCause rejected = outcome.rejected();
    word(REJECTED, rejected == null ? null : rejected.label(), line);
    line.add(CLIENT_LEFT).add(outcome.clientLeft() ? YES : NO);
  }

  private static void said(RequestText text, Part part, Line line) {
    if (!text.has(part)) {
      line.add('-');
      return;
    }
    line.quoted(text.bytes(), text.start(part), text.end(part));
    if (text.isCut(part)) {
      line.add(CUT);
    }
  }

  private static void word(byte[] name, @Nullable String value, Line line) {
    line.add(name);
    valueOrDash(value, line);
  }

  /** In quotes, since it may have blanks. */
  private static void text(byte[] name, @Nullable String value, Line line) {
    line.add(name).add('"');
    valueOrDash(value, line);
    line.add('"');
  }

  private static void valueOrDash(@Nullable String value, Line line) {
    if (value == null) {
      line.add('-');
    } else {
      line.quoted(value);
    }
  }
}
