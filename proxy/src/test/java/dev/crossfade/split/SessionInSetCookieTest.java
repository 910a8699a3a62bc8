package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionInSetCookieTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final SessionInSetCookie field =
      new SessionInSetCookie(List.of("PHPSESSID", "SID"), InstantSource.fixed(NOW));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PHPSESSID=abc | abc",
        "PHPSESSID=abc; path=/; HttpOnly | abc",
        "SID=a=b=c;Max-Age=10 | a=b=c",
        "' PHPSESSID = abc ; path=/' | abc",
        "SID=\"quoted\" | \"quoted\"",
        "SID=x; Max-Age=0; Max-Age=60 | x",
        "SID=x; Max-Age=soon | x",
        "SID=x; Max-Age= | x",
        "SID=x; Max-Age | x",
        "SID=x;;; | x",
        "SID=x; Expires=Wed, 09 Jun 2100 10:18:14 GMT | x",
        "SID=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60 | x",
        "SID=x; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT | x",
        "SID=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Wed, 09 Jun 2100 10:18:14 GMT | x",
        "SID=x; Expires=soon | x",
        "SID=x; Expires= | x",
        "SID=x; Expires | x",
        "SID=x; SID=y | x"
      })
  void aSessionIdIsFound(String value, String id) {
    assertThat(find(value)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "=",
        "=abc",
        "PHPSESSID",
        "PHPSESSID=",
        "PHPSESSID= ; path=/",
        "phpsessid=abc",
        "PHPSESSID2=abc",
        "XPHPSESSID=abc",
        "cart=PHPSESSID=abc",
        "a; PHPSESSID=abc",
        "PHPSESSID=deleted; Expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0",
        "SID=x; max-age=0; path=/",
        "SID=x; MAX-AGE = -1",
        "SID=x;Max-Age=000",
        "SID=x;Max-Age=60;Max-Age=0",
        "PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/",
        "SID=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=never",
        "SID=x; EXPIRES = Thu, 01 Jan 1970 00:00:00 GMT",
        "SID=x; Expires=Sun Nov  6 08:49:37 1994",
        "SID=x; Expires=Sunday, 06-Nov-94 08:49:37 GMT",
        "SID=x; Max-Age=soon; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
        "SID=x; Max-Age=0; Expires=Wed, 09 Jun 2100 10:18:14 GMT"
      })
  void whatSetsNoSessionIsPassedOver(String value) {
    assertThat(find(value)).isNull();
  }

  @Test
  void aSessionThatExpiresThisMomentIsOver() {
    assertThat(find("SID=x; Expires=Sun, 22 Nov 2026 10:00:01 GMT")).isEqualTo("x");
    assertThat(find("SID=x; Expires=Sun, 22 Nov 2026 10:00:00 GMT")).isNull();
  }

  @Test
  void noBytesMakeItFail() {
    Random random = Seeds.random("set-cookie");
    byte[] alphabet = "SID=; \tmax-age0-9,\"\u00ff".getBytes(ISO_8859_1);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = alphabet[random.nextInt(alphabet.length)];
      }
      long found = field.find(bytes, 0, bytes.length);
      assertThat(found == -1 || ((int) (found >>> 32) < (int) found && (int) found <= bytes.length))
          .isTrue();
    }
  }

  private @org.jspecify.annotations.Nullable String find(String value) {
    byte[] bytes = ("Set-Cookie: " + value + "\r\n").getBytes(ISO_8859_1);
    long found = field.find(bytes, 12, bytes.length - 2);
    return found < 0
        ? null
        : new String(bytes, (int) (found >>> 32), (int) found - (int) (found >>> 32), ISO_8859_1);
  }
}
