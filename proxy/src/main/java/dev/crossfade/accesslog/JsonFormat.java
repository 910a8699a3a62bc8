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

/** A line is an object of JSON (RFC 8259). Members without a value are left out. */
final class JsonFormat implements LineFormat {
  private static final byte[] TIME = ascii("{\"time\":\"");
  private static final byte[] CLIENT = name("client");
  private static final byte[] METHOD = name("method");
  private static final byte[] HOST = name("host");
  private static final byte[] PATH = name("path");
  private static final byte[] QUERY = name("query");
  private static final byte[] PROTOCOL = name("protocol");
  private static final byte[] STATUS = name("status");
  private static final byte[] BYTES = name("bytes");
  private static final byte[] REQUEST_BYTES = name("request-bytes");
  private static final byte[] DURATION = name("duration");
  private static final byte[] VARIANT = name("variant");
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
  private static final byte[] CLIENT_LEFT = ascii(",\"client-left\":true");
  private static final byte[] REFERER = name("referer");
  private static final byte[] USER_AGENT = name("user-agent");
  private static final byte[] TRACE = name("trace");
  private static final byte[] CUT = ascii("...");
  private static final byte[] END = ascii("}\n");

  private final TimeText time = new TimeText("uuuu-MM-dd'T'HH:mm:ss.");

  private static byte[] name(String name) {
    return ascii(",\"" + name + "\":");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void write(
      ExchangeOutcome outcome, RequestText text, long millis, boolean query, Line line) {
    line.add(TIME).add(time.of(millis)).digits(Math.floorMod(millis, 1000L), 3).add('Z').add('"');
    said(CLIENT, text, Part.CLIENT, line);
    said(METHOD, text, Part.METHOD, line);
    said(HOST, text, Part.HOST, line);
    said(PATH, text, Part.PATH, line);
    if (query) {
      said(QUERY, text, Part.QUERY, line);
    }
    said(PROTOCOL, text, Part.PROTOCOL, line);
    line.add(STATUS).add(outcome.status());
    line.add(BYTES).add(outcome.bytesSent());
    line.add(REQUEST_BYTES).add(outcome.bytesReceived());
    line.add(DURATION).seconds(outcome.durationNanos());
    decision(outcome, line);
    upstream(outcome, line);
    said(REFERER, text, Part.REFERER, line);
    said(USER_AGENT, text, Part.USER_AGENT, line);
    said(TRACE, text, Part.TRACE, line);
    line.add(END);
  }

  private static void decision(ExchangeOutcome outcome, Line line) {
    Side side = outcome.side();
    Reason reason = outcome.reason();
    text(VARIANT, side == null ? null : side.label(), line);
    text(REASON, reason == null ? null : reason.label(), line);
    if (outcome.bucket() >= 0) {
      line.add(BUCKET).add(outcome.bucket());
    }
    text(RULE, outcome.rule(), line);
    line.add(REVISION).add(outcome.revision());
  }

  private static void upstream(ExchangeOutcome outcome, Line line) {
    text(UPSTREAM, outcome.upstream(), line);
    if (outcome.upstreamNanos() >= 0) {
      line.add(UPSTREAM_TIME).seconds(outcome.upstreamNanos());
    }
    line.add(RETRIES).add(outcome.retried() ? '1' : '0');
    text(RETRIED_FROM, outcome.retriedFrom(), line);
    FailureKind failure = outcome.failure();
    text(FAILURE, failure == null ? null : failure.label(), line);
    RejectCause rejected = outcome.rejected();
    text(REJECTED, rejected == null ? null : rejected.label(), line);
    if (outcome.clientLeft()) {
      line.add(CLIENT_LEFT);
    }
  }

  private static void said(byte[] name, RequestText text, Part part, Line line) {
    if (text.has(part)) {
      line.add(name).add('"').json(text.bytes(), text.start(part), text.end(part));
      if (text.isCut(part)) {
        line.add(CUT);
      }
      line.add('"');
    }
  }

  private static void text(byte[] name, @Nullable String value, Line line) {
    if (value != null) {
      line.add(name).add('"').json(value).add('"');
    }
  }
}
