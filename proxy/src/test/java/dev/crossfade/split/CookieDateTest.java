package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DateFormatter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6265 §5.1.1. */
class CookieDateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sun, 06 Nov 1994 08:49:37 GMT | 1994-11-06T08:49:37Z",
        "Sunday, 06-Nov-94 08:49:37 GMT | 1994-11-06T08:49:37Z",
        "Sun Nov  6 08:49:37 1994 | 1994-11-06T08:49:37Z",
        "Thu, 01-Jan-1970 00:00:01 GMT | 1970-01-01T00:00:01Z",
        "1970 jan 1 0:0:0 | 1970-01-01T00:00:00Z",
        "01 Jan 69 00:00:00 | 2069-01-01T00:00:00Z",
        "01 Jan 70 00:00:00 | 1970-01-01T00:00:00Z",
        "29 Feb 2024 23:59:59 | 2024-02-29T23:59:59Z",
        "Wed, 09 June 2100 10:18:14 GMT | 2100-06-09T10:18:14Z",
        "06 Nov 1994 08:49:37GMT 07 Dec 1995 09:00:00 | 1994-11-06T08:49:37Z"
      })
  void aDateIsReadAsUserAgentsReadIt(String text, Instant instant) {
    assertThat(parse(text)).isEqualTo(instant.getEpochSecond());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "0",
        "06 Nov 1994",
        "08:49:37",
        "06 Nov 08:49:37",
        "32 Jan 2020 00:00:00",
        "30 Feb 2020 00:00:00",
        "29 Feb 2023 00:00:00",
        "06 Nov 1600 00:00:00",
        "06 Nov 1994 24:00:00",
        "06 Nov 1994 08:60:00",
        "06 Nov 1994 08:00:60",
        "06 Nov 19945 08:00:00",
        "06 Xyz 1994 08:00:00"
      })
  void whatIsNoDateIsNone(String text) {
    assertThat(parse(text)).isEqualTo(CookieDate.NONE);
  }

  @Test
  void everyDateIsReadLikeNettyReadsIt() {
    Random random = Seeds.random("cookie dates");
    List<DateTimeFormatter> forms =
        List.of(
            form("EEE, dd MMM yyyy HH:mm:ss 'GMT'"),
            form("EEE, dd-MMM-yyyy HH:mm:ss 'GMT'"),
            form("EEE MMM d HH:mm:ss yyyy"),
            form("d MMM yy H:m:s"));
    for (int i = 0; i < 20_000; i++) {
      Instant instant = Instant.ofEpochSecond(random.nextLong(0, 4_102_444_800L));
      String text = forms.get(random.nextInt(forms.size())).format(instant);
      Date other = DateFormatter.parseHttpDate(text);
      assertThat(other).as(text).isNotNull();
      assertThat(parse(text)).as(text).isEqualTo(other.toInstant().getEpochSecond());
    }
  }

  @Test
  void noBytesMakeItFail() {
    Random random = Seeds.random("no cookie dates");
    byte[] alphabet = "0123456789:: -,JanFebdec\u00ff".getBytes(ISO_8859_1);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(30)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = alphabet[random.nextInt(alphabet.length)];
      }
      long found = CookieDate.parse(bytes, 0, bytes.length);
      assertThat(found == CookieDate.NONE || found < 253_402_300_800L).isTrue();
    }
  }

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  private static long parse(String text) {
    byte[] bytes = ("|" + text + "|").getBytes(ISO_8859_1);
    return CookieDate.parse(bytes, 1, bytes.length - 1);
  }
}
