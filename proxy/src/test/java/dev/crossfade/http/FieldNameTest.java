package dev.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9110 §5.1, §6.5.1, §7.6.1. */
class FieldNameTest {
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OTHER", "HOP", "X_CROSSFADE", "X_FORWARDED"})
  void everyNameIsFoundInAnyLetterCaseAndNoneIsFoundInALongerOne(FieldName name) {
    String text = name.name().replace('_', '-');
    assertThat(of(text)).isEqualTo(name);
    assertThat(of(text.toLowerCase(Locale.ROOT))).isEqualTo(name);
    assertThat(of(text + "x")).isNotEqualTo(name);
    assertThat(of(text.substring(0, text.length() - 1) + "~")).isNotEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "x_forwarded_for, X_FORWARDED_FOR",
    "X_Forwarded-Proto, X_FORWARDED_PROTO",
    "x-forwarded-ssl, X_FORWARDED",
    "x_forwarded_server, X_FORWARDED",
    "X_CROSSFADE_bucket, X_CROSSFADE",
    "x-crossfade, OTHER",
    "content_length, OTHER",
    "transfer_encoding, OTHER",
    "h, OTHER"
  })
  void anUnderscoreIsADashWhereAnApplicationWouldTakeItForOne(String text, FieldName name) {
    assertThat(of(text)).isEqualTo(name);
  }

  @Test
  void whatFramesOrIdentifiesCanNeitherBeRemovedByConnectionNorStandInTrailers() {
    for (FieldName name :
        new FieldName[] {
          FieldName.HOST,
          FieldName.CONTENT_LENGTH,
          FieldName.TRANSFER_ENCODING,
          FieldName.COOKIE,
          FieldName.SET_COOKIE,
          FieldName.AUTHORIZATION,
          FieldName.CACHE_CONTROL,
          FieldName.FORWARDED,
          FieldName.X_FORWARDED_FOR,
          FieldName.X_FORWARDED_PROTO,
          FieldName.X_FORWARDED_HOST,
          FieldName.X_FORWARDED_PORT,
          FieldName.X_FORWARDED
        }) {
      assertThat(name.removable()).as(name.name()).isFalse();
      assertThat(name.forbiddenInTrailers()).as(name.name()).isTrue();
    }
  }

  private static FieldName of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return FieldName.of(bytes, 0, bytes.length);
  }
}
