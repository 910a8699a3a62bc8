package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9110 §12.4.2, §12.5.4. */
class LanguageTest {
  private static RequestHead head(String... fields) {
    String lines = String.join("\r\n", fields);
    byte[] b =
        ("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    RequestHead head = new RequestHead(1000, 50);
    assertThat(head.scan(b, 0, b.length)).as(lines).isEqualTo(b.length);
    return head;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de                                   | GERMAN",
        "de-AT                                | GERMAN",
        "DE-ch                                | GERMAN",
        "en                                   | ENGLISH",
        "en-GB,en;q=0.9                       | ENGLISH",
        "de,en                                | GERMAN",
        "en,de                                | ENGLISH",
        "fr-FR, fr;q=0.9, de;q=0.5, en;q=0.4  | GERMAN",
        "en;q=0.8,de;q=0.9                    | GERMAN",
        "en;q=0.9,de;q=0.8                    | ENGLISH",
        "de;q=0.123, en;q=0.124               | ENGLISH",
        "de;q=1.000, en                       | GERMAN",
        "en;q=0, *                            | GERMAN",
        "de;q=0, *                            | ENGLISH",
        "*                                    | ENGLISH",
        "*;q=0.5, de;q=0.6                    | GERMAN",
        "de;q=0                               | ENGLISH",
        "de;q=0.000, en;q=0                   | ENGLISH",
        "fr, ja                               | ENGLISH",
        "den, deu, d, e                       | ENGLISH",
        "de ; q=0.7 , en ; q=0.6              | GERMAN",
        "en;q=0.5,,,de;Q=0.6,                 | GERMAN",
        "de;q=2, en;q=0.1                     | ENGLISH",
        "de;q=1.001, en;q=0.1                 | ENGLISH",
        "de;q=0.1234, en;q=0.1                | ENGLISH",
        "de;q=, en;q=0.1                      | ENGLISH",
        "de;q, en;q=0.1                       | ENGLISH",
        "de;x=1, en;q=0.1                     | ENGLISH",
        "de;q=-1, en;q=0.1                    | ENGLISH",
        "de;q=.9, en;q=0.1                    | ENGLISH",
        "de;q=0.9;x=y, en;q=0.1               | ENGLISH",
        "de;, en;q=0.1                        | ENGLISH",
        ";;;=,*;q                             | ENGLISH",
        "''                                   | ENGLISH"
      })
  void isTheOneThatTheClientLikesBest(String accepted, Language language) {
    assertThat(Language.of(head("Accept-Language: " + accepted))).isEqualTo(language);
  }

  @Test
  void isEnglishForWhoSaysNothing() {
    assertThat(Language.of(head("Accept: */*"))).isEqualTo(Language.ENGLISH);
  }

  @Test
  void severalFieldsAreOneList() {
    assertThat(Language.of(head("Accept-Language: fr", "accept-language: de, en")))
        .isEqualTo(Language.GERMAN);
    assertThat(Language.of(head("Accept-Language: de;q=0.1", "Accept-Language: en;q=0.2")))
        .isEqualTo(Language.ENGLISH);
  }

  @Test
  void isReadToTheEndOfALongField() {
    String many = "fr;q=0.1,".repeat(2000);
    assertThat(Language.of(head("Accept-Language: " + many + "de;q=0.2,en;q=0.1")))
        .isEqualTo(Language.GERMAN);
  }

  @Test
  void programsGetNoPageWhateverTheySpeak() {
    assertThat(Accepts.page(head("Accept: */*", "Accept-Language: de"))).isNull();
    assertThat(Accepts.page(head("Accept: text/html", "Accept-Language: de")))
        .isEqualTo(Language.GERMAN);
  }

  // ---- what the pages say

  private static ResourceBundle texts(Locale locale) {
    return ResourceBundle.getBundle("dev.crossfade.forward.pages", locale);
  }

  @Test
  void everyTextIsThereInEveryLanguageWithTheSameGaps() {
    ResourceBundle english = texts(Locale.ENGLISH);
    ResourceBundle german = texts(Locale.GERMAN);
    assertThat(german.keySet()).isEqualTo(english.keySet());
    for (String key : english.keySet()) {
      assertThat(gaps(german.getString(key))).as(key).isEqualTo(gaps(english.getString(key)));
      assertThat(english.getString(key)).as(key).isNotBlank().doesNotContain("'");
      assertThat(german.getString(key)).as(key).isNotBlank().doesNotContain("'");
    }
  }

  private static List<String> gaps(String text) {
    return Arrays.stream(text.split("\\{", -1))
        .skip(1)
        .map(t -> t.split("[,}]", 2)[0])
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1    | in a moment         | gleich",
        "30   | in about 30 seconds | in etwa 30 Sekunden",
        "60   | in about a minute   | in etwa einer Minute",
        "90   | in about 2 minutes  | in etwa 2 Minuten",
        "300  | in about 5 minutes  | in etwa 5 Minuten",
        "7200 | in about 2 hours    | in etwa 2 Stunden",
        "3600 | in about an hour    | in etwa einer Stunde"
      })
  void whenToTryAgainIsToldRoughly(long seconds, String english, String german) {
    assertThat(Language.ENGLISH.words().again(seconds)).contains(english);
    assertThat(Language.GERMAN.words().again(seconds)).contains(german);
  }

  @ParameterizedTest
  @EnumSource
  void everyFailureHasASmallPageInEveryLanguageThatNeedsNothingElse(ProxyFailure failure) {
    for (Language language : Language.values()) {
      for (boolean safe : new boolean[] {true, false}) {
        String page = ErrorPage.of(failure, "", language.words(), safe, 30);
        assertThat(page)
            .startsWith("<!DOCTYPE html>\n<html lang=\"" + language.words().tag() + "\">")
            .contains("<meta name=\"viewport\"", failure.status() + " " + failure.title())
            .doesNotContain("http://", "https://", "<script", "src=", "{0", "127.0.0.1")
            .hasSizeLessThan(5000);
        assertThat(page.contains("30 ")).isEqualTo(failure.retryAfter());
      }
    }
  }
}
