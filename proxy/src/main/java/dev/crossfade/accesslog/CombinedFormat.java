package dev.crossfade.accesslog;

import dev.crossfade.telemetry.ExchangeOutcome;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import org.jspecify.annotations.Nullable;

/**
 * The combined format that readers of logs know, and behind it {@code name=value} for what that has
 * no place for. All of them are on every line and in the same order; a dash stands for nothing.
 */
final class CombinedFormat extends LineFormat {
  private static final byte[] USER = ascii(" - - [");
  private static final byte[] REQUEST = ascii(" +0000] \"");
  private static final byte[] BETWEEN_QUOTES = ascii("\" \"");
  private static final byte[] YES = ascii("yes");
  private static final byte[] NO = ascii("no");

  private final TimeText time = new TimeText("dd/MMM/uuuu:HH:mm:ss");

  CombinedFormat() {
    super(" ", "=");
  }

  @Override
  void write(ExchangeOutcome outcome, RequestText text, long millis, boolean query, Line line) {
    said(text, Part.CLIENT, line);
    line.add(USER).add(time.of(millis)).add(REQUEST);
    request(text, query, line);
    line.add('"').add(' ').add(outcome.status()).add(' ').add(outcome.bytesSent());
    line.add(' ').add('"');
    said(text, Part.REFERER, line);
    line.add(BETWEEN_QUOTES);
    said(text, Part.USER_AGENT, line);
    line.add('"');
    decision(outcome, line);
    upstream(outcome, line);
    name(Member.DURATION, line).seconds(outcome.durationNanos());
    number(Member.REQUEST_BYTES, outcome.bytesReceived(), line);
    name(Member.HOST, line).add('"');
    said(text, Part.HOST, line);
    line.add('"');
    name(Member.TRACE, line);
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

  private static void said(RequestText text, Part part, Line line) {
    if (!text.has(part)) {
      line.add('-');
      return;
    }
    line.quoted(text.bytes(), text.start(part), text.end(part));
    cut(text, part, line);
  }

  @Override
  void word(Member member, @Nullable String value, Line line) {
    name(member, line);
    valueOrDash(value, line);
  }

  @Override
  void text(Member member, @Nullable String value, Line line) {
    name(member, line).add('"');
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

  @Override
  void number(Member member, long value, Line line) {
    name(member, line);
    if (value >= 0) {
      line.add(value);
    } else {
      line.add('-');
    }
  }

  @Override
  void seconds(Member member, long nanos, Line line) {
    name(member, line);
    if (nanos >= 0) {
      line.seconds(nanos);
    } else {
      line.add('-');
    }
  }

  @Override
  void yesOrNo(Member member, boolean value, Line line) {
    name(member, line).add(value ? YES : NO);
  }
}
