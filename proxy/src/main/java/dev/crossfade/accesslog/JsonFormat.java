package dev.crossfade.accesslog;

import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import org.jspecify.annotations.Nullable;

/** A line is an object of JSON (RFC 8259). Members without a value are left out. */
final class JsonFormat extends LineFormat {
  private static final byte[] TIME = ascii("{\"time\":\"");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] END = ascii("}\n");

  private final TimeText time = new TimeText("uuuu-MM-dd'T'HH:mm:ss.");

  JsonFormat() {
    super(",\"", "\":");
  }

  @Override
  void write(ExchangeOutcome outcome, RequestText text, long millis, boolean query, Line line) {
    line.add(TIME).add(time.of(millis)).digits(Math.floorMod(millis, 1000L), 3).add('Z').add('"');
    said(Member.CLIENT, text, Part.CLIENT, line);
    said(Member.METHOD, text, Part.METHOD, line);
    said(Member.HOST, text, Part.HOST, line);
    said(Member.PATH, text, Part.PATH, line);
    if (query) {
      said(Member.QUERY, text, Part.QUERY, line);
    }
    said(Member.PROTOCOL, text, Part.PROTOCOL, line);
    number(Member.STATUS, outcome.status(), line);
    number(Member.BYTES, outcome.bytesSent(), line);
    number(Member.REQUEST_BYTES, outcome.bytesReceived(), line);
    name(Member.DURATION, line).seconds(outcome.durationNanos());
    decision(outcome, line);
    upstream(outcome, line);
    said(Member.REFERER, text, Part.REFERER, line);
    said(Member.USER_AGENT, text, Part.USER_AGENT, line);
    said(Member.TRACE, text, Part.TRACE, line);
    line.add(END);
  }

  private void said(Member member, RequestText text, Part part, Line line) {
    if (text.has(part)) {
      name(member, line).add('"').json(text.bytes(), text.start(part), text.end(part));
      cut(text, part, line);
      line.add('"');
    }
  }

  @Override
  void word(Member member, @Nullable String value, Line line) {
    text(member, value, line);
  }

  @Override
  void text(Member member, @Nullable String value, Line line) {
    if (value != null) {
      name(member, line).add('"').json(value).add('"');
    }
  }

  @Override
  void number(Member member, long value, Line line) {
    if (value >= 0) {
      name(member, line).add(value);
    }
  }

  @Override
  void seconds(Member member, long nanos, Line line) {
    if (nanos >= 0) {
      name(member, line).seconds(nanos);
    }
  }

  @Override
  void yesOrNo(Member member, boolean value, Line line) {
    if (value) {
      name(member, line).add(TRUE);
    }
  }
}
