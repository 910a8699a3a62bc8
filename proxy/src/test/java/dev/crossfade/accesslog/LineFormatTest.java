package dev.crossfade.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.accesslog.AccessLogSettings.Format;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.telemetry.FailureKind;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.telemetry.RequestText;
import dev.crossfade.telemetry.RequestText.Part;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden lines, and what becomes of whatever clients may send. */
class LineFormatTest {
  private static final long NOW = Instant.parse("2026-03-04T05:06:07.089Z").toEpochMilli();
  private static final JsonMapper JSON = new JsonMapper();

  /** As readers of combined lines have it. */
  private static final Pattern COMBINED =
      Pattern.compile(
          "(\\S+) - - \\[([^]]+)] \"((?:[^\"\\\\]|\\\\x[0-9a-f]{2})*)\" (\\d{3}) (\\d+)"
              + " \"((?:[^\"\\\\]|\\\\x[0-9a-f]{2})*)\" \"((?:[^\"\\\\]|\\\\x[0-9a-f]{2})*)\" .*\n");

  private static final String EVERY_BYTE =
      IntStream.range(0, 256).mapToObj(i -> "" + (char) i).collect(Collectors.joining());

  private static String line(Format format, OutcomeByHand outcome, boolean query) {
    Line line = new Line();
    RequestText text = outcome.text();
    LineFormat.of(format).write(outcome, text, NOW, query, line);
    return new String(line.bytes(), 0, line.length(), StandardCharsets.ISO_8859_1);
  }

  private static OutcomeByHand rich() {
    OutcomeByHand outcome =
        new OutcomeByHand()
            .say(Part.QUERY, "a=1")
            .say(Part.REFERER, "https://shop.example/")
            .say(Part.TRACE, "0af7651916cd43dd8448eb211c80319c");
    outcome.rule = "api v2";
    outcome.retriedFrom = "127.0.0.1:8083";
    outcome.failure = FailureKind.RESET;
    outcome.clientLeft = true;
    outcome.bytesReceived = 42;
    return outcome;
  }

  private static OutcomeByHand bare() {
    OutcomeByHand outcome = new OutcomeByHand().status(400);
    outcome.text.clear();
    outcome.say(Part.CLIENT, "2001:db8::1");
    outcome.side = null;
    outcome.reason = null;
    outcome.bucket = -1;
    outcome.upstream = null;
    outcome.upstreamNanos = -1;
    outcome.rejected = RejectCause.MALFORMED;
    return outcome;
  }

  @Test
  void aLineOfJsonSaysAllThereIs() {
    assertThat(line(Format.JSON, rich(), true))
        .isEqualTo(
            "{\"time\":\"2026-03-04T05:06:07.089Z\",\"client\":\"203.0.113.7\",\"method\":\"GET\","
                + "\"host\":\"shop.example\",\"path\":\"/cart\",\"query\":\"a=1\","
                + "\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":5120,\"request-bytes\":42,"
                + "\"duration\":0.012345,\"variant\":\"new\",\"reason\":\"bucket\","
                + "\"bucket\":1234,\"rule\":\"api v2\",\"revision\":7,"
                + "\"upstream\":\"127.0.0.1:8082\",\"upstream-time\":0.011987,\"retries\":1,"
                + "\"retried-from\":\"127.0.0.1:8083\",\"failure\":\"reset\","
                + "\"client-left\":true,\"referer\":\"https://shop.example/\","
                + "\"user-agent\":\"Mozilla/5.0\",\"trace\":\"0af7651916cd43dd8448eb211c80319c\"}\n");
  }

  @Test
  void aLineOfJsonLeavesOutWhatIsNotThere() {
    assertThat(line(Format.JSON, bare(), true))
        .isEqualTo(
            "{\"time\":\"2026-03-04T05:06:07.089Z\",\"client\":\"2001:db8::1\",\"status\":400,"
                + "\"bytes\":5120,\"request-bytes\":0,\"duration\":0.012345,\"revision\":7,"
                + "\"retries\":0,\"rejected\":\"malformed\"}\n");
  }

  @Test
  void aCombinedLineSaysAllThereIs() {
    assertThat(line(Format.COMBINED, rich(), true))
        .isEqualTo(
            "203.0.113.7 - - [04/Mar/2026:05:06:07 +0000] \"GET /cart?a=1 HTTP/1.1\" 200 5120"
                + " \"https://shop.example/\" \"Mozilla/5.0\" variant=new reason=bucket"
                + " bucket=1234 rule=\"api v2\" revision=7 upstream=\"127.0.0.1:8082\""
                + " upstream-time=0.011987 retries=1 retried-from=\"127.0.0.1:8083\""
                + " failure=reset rejected=- client-left=yes duration=0.012345 request-bytes=42"
                + " host=\"shop.example\" trace=0af7651916cd43dd8448eb211c80319c\n");
  }

  @Test
  void aCombinedLineHasADashForWhatIsNotThere() {
    assertThat(line(Format.COMBINED, bare(), true))
        .isEqualTo(
            "2001:db8::1 - - [04/Mar/2026:05:06:07 +0000] \"-\" 400 5120 \"-\" \"-\" variant=-"
                + " reason=- bucket=- rule=\"-\" revision=7 upstream=\"-\" upstream-time=-"
                + " retries=0 retried-from=\"-\" failure=- rejected=malformed client-left=no"
                + " duration=0.012345 request-bytes=0 host=\"-\" trace=-\n");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void theQueryIsThereOnlyIfItIsAskedFor(Format format) {
    assertThat(line(format, rich(), true)).contains("a=1");
    assertThat(line(format, rich(), false)).contains("/cart").doesNotContain("a=1");
  }

  @Test
  void everyByteComesBackOutOfJson() {
    OutcomeByHand outcome = new OutcomeByHand().say(Part.METHOD, "G\"\\\n");
    outcome.say(Part.PATH, EVERY_BYTE).say(Part.REFERER, EVERY_BYTE);
    outcome.say(Part.USER_AGENT, EVERY_BYTE).say(Part.HOST, EVERY_BYTE);
    outcome.rule = "\u00fc \u20ac \"quoted\" \\";
    String line = line(Format.JSON, outcome, false);
    assertThat(line).endsWith("}\n").matches("[ -~]+\n");
    JsonNode read = JSON.readTree(line);
    assertThat(read.get("method").asString()).isEqualTo("G\"\\\n");
    for (String name : new String[] {"path", "referer", "user-agent", "host"}) {
      assertThat(read.get(name).asString()).as(name).isEqualTo(EVERY_BYTE);
    }
    assertThat(read.get("rule").asString()).isEqualTo(outcome.rule);
  }

  @Test
  void noByteBreaksACombinedLine() {
    OutcomeByHand outcome = new OutcomeByHand().say(Part.METHOD, "G\" 200 1 \"");
    outcome.say(Part.PATH, EVERY_BYTE).say(Part.REFERER, EVERY_BYTE);
    outcome.say(Part.USER_AGENT, EVERY_BYTE).say(Part.HOST, EVERY_BYTE);
    outcome.rule = "\u00fc \u20ac \"quoted\" \\";
    String line = line(Format.COMBINED, outcome, false);
    assertThat(line).matches("[ -~]+\n");
    Matcher parts = COMBINED.matcher(line);
    assertThat(parts.matches()).as(line).isTrue();
    assertThat(unescaped(parts.group(3))).isEqualTo("G\" 200 1 \" " + EVERY_BYTE + " HTTP/1.1");
    assertThat(parts.group(4)).isEqualTo("200");
    assertThat(unescaped(parts.group(6))).isEqualTo(EVERY_BYTE);
    assertThat(unescaped(parts.group(7))).isEqualTo(EVERY_BYTE);
    assertThat(line).contains(" rule=\"\\u00fc \\u20ac \\x22quoted\\x22 \\x5c\" ");
  }

  private static String unescaped(String text) {
    return Pattern.compile("\\\\x([0-9a-f]{2})")
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement("" + (char) Integer.parseInt(found.group(1), 16)));
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void whatIsTooLongIsCutAndSaysSo(Format format) {
    OutcomeByHand outcome = new OutcomeByHand();
    for (Part part : Part.values()) {
      outcome.say(part, "\u0001".repeat(part.most() + 1));
    }
    String line = line(format, outcome, true);
    String escaped = format == Format.JSON ? "\\u0001" : "\\x01";
    assertThat(line).hasSizeLessThan(AccessLogSettings.LEAST_QUEUE);
    assertThat(line).contains(escaped.repeat(Part.USER_AGENT.most()) + "...");
    assertThat(line).doesNotContain(escaped.repeat(Part.PATH.most() + 1));
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void theTimeFollowsTheClock(Format format) {
    Line line = new Line();
    LineFormat lines = LineFormat.of(format);
    OutcomeByHand outcome = new OutcomeByHand();
    for (long later : new long[] {0, 10, 911, 60_000}) {
      lines.write(outcome, outcome.text(), NOW + later, false, line);
    }
    String all = new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII);
    assertThat(all)
        .containsSubsequence(
            format == Format.JSON
                ? new String[] {"05:06:07.089Z", "05:06:07.099Z", "05:06:08.000Z", "05:07:07.089Z"}
                : new String[] {"05:06:07 ", "05:06:07 ", "05:06:08 ", "05:07:07 "});
  }

  @Test
  void numbersAreWrittenAsTheyAre() {
    for (long number : new long[] {0, 9, 10, 99, 100, 123_456_789_012L, Long.MAX_VALUE}) {
      Line line = new Line().add(number);
      assertThat(new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII))
          .isEqualTo(Long.toString(number));
    }
    Line seconds = new Line().seconds(3_000_001_999L).add(' ').seconds(-1);
    assertThat(new String(seconds.bytes(), 0, seconds.length(), StandardCharsets.US_ASCII))
        .isEqualTo("3.000001 0.000000");
  }

  @Test
  void sidesAndReasonsAreNamedAsInMetrics() {
    OutcomeByHand outcome = new OutcomeByHand();
    for (Side side : Side.values()) {
      for (Reason reason : Reason.values()) {
        outcome.side = side;
        outcome.reason = reason;
        assertThat(line(Format.COMBINED, outcome, false))
            .contains(" variant=" + side.label() + " reason=" + reason.label() + " ");
      }
    }
  }
}
