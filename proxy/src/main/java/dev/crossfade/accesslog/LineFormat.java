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
 * What a line looks like. What was decided and how the upstream did stands in every format in the
 * same order; how a name, a value and nothing look is the format's own. An instance has scratch of
 * its own; confined to one event loop.
 */
abstract class LineFormat {
  private static final byte[] CUT = ascii("...");

  private final byte[][] names = new byte[Member.values().length][];

  /**
   * A format in which names look so.
   *
   * @param before what stands before a name
   * @param behind what stands between a name and its value
   */
  LineFormat(String before, String behind) {
    for (Member member : Member.values()) {
      names[member.ordinal()] = ascii(before + member.label() + behind);
    }
  }

  /** The format's own instance for one event loop. */
  static LineFormat of(AccessLogSettings.Format format) {
    return switch (format) {
      case JSON -> new JsonFormat();
      case COMBINED -> new CombinedFormat();
    };
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Writes a line, with its end.
   *
   * @param text of the outcome, which is there
   * @param millis wall time, since 1970
   * @param query whether the query is written
   */
  abstract void write(
      ExchangeOutcome outcome, RequestText text, long millis, boolean query, Line line);

  /** Writes what was decided. */
  final void decision(ExchangeOutcome outcome, Line line) {
    Side side = outcome.side();
    Reason reason = outcome.reason();
    word(Member.VARIANT, side == null ? null : side.label(), line);
    word(Member.REASON, reason == null ? null : reason.label(), line);
    number(Member.BUCKET, outcome.bucket(), line);
    text(Member.RULE, outcome.rule(), line);
    number(Member.REVISION, outcome.revision(), line);
  }

  /** Writes who was asked, and what came of it. */
  final void upstream(ExchangeOutcome outcome, Line line) {
    FailureKind failure = outcome.failure();
    RejectCause rejected = outcome.rejected();
    text(Member.UPSTREAM, outcome.upstream(), line);
    seconds(Member.UPSTREAM_TIME, outcome.upstreamNanos(), line);
    number(Member.RETRIES, outcome.retried() ? 1 : 0, line);
    text(Member.RETRIED_FROM, outcome.retriedFrom(), line);
    word(Member.FAILURE, failure == null ? null : failure.label(), line);
    word(Member.REJECTED, rejected == null ? null : rejected.label(), line);
    yesOrNo(Member.CLIENT_LEFT, outcome.clientLeft(), line);
  }

  /** Writes a name, and what stands around it. */
  final Line name(Member member, Line line) {
    return line.add(names[member.ordinal()]);
  }

  /** Writes the sign of what is told only in part, where that is so. */
  static void cut(RequestText text, Part part, Line line) {
    if (text.isCut(part)) {
      line.add(CUT);
    }
  }

  /** Writes one of our own words, or that there is none. */
  abstract void word(Member member, @Nullable String value, Line line);

  /** Writes a text of the configuration, which may have blanks, or that there is none. */
  abstract void text(Member member, @Nullable String value, Line line);

  /** Writes a number; one below 0 is none. */
  abstract void number(Member member, long value, Line line);

  /** Writes nanoseconds as seconds; what is below 0 is none. */
  abstract void seconds(Member member, long nanos, Line line);

  /** Writes whether it was so. */
  abstract void yesOrNo(Member member, boolean value, Line line);
}
