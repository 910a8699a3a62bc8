package dev.crossfade.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AffinityKeysTest {
  private static final String KEY = "00112233445566778899aabbccddeeff".repeat(2);
  private static final String OTHER =
      "ffeeddccbbaa99887766554433221100".repeat(3).toUpperCase(Locale.ROOT);

  @Test
  void aKeyStandsOnEachLineInEitherCase() {
    AffinityKeys keys = AffinityKeys.parse(KEY + "\r\n" + OTHER + "\n\n \n");
    assertThat(keys.keys()).hasSize(2);
    assertThat(keys.keys().get(0)).hasSize(32).startsWith(0x00, 0x11, 0x22);
    assertThat(keys.keys().get(1)).hasSize(48).startsWith(0xff, 0xee, 0xdd);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", " \r\n\n"})
  void anEmptyFileIsRefused(String text) {
    assertThatThrownBy(() -> AffinityKeys.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The key file is empty; it needs a key of at least 32 bytes in hex on its first line.");
  }

  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "0011, has only 2 bytes",
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddee, has only 31 bytes",
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0, has an odd number of digits",
    "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff,"
        + " holds something other than the digits 0 to 9 and a to f",
    "00112233 445566778899aabbccddeeff00112233445566778899aabbccddeeff,"
        + " holds something other than the digits 0 to 9 and a to f"
  })
  void aLineThatIsNoKeyIsRefusedByItsNumberAndNotQuoted(String line, String problem) {
    assertThatThrownBy(() -> AffinityKeys.parse(KEY + "\n" + line + "\n" + KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Line 2 of the key file "
                + problem
                + "; each line must be a key of at least 32 bytes in hex.");
  }

  @Test
  void aRandomKeyIsOneThatIsAcceptedAndNeverTheSame() {
    String text = AffinityKeys.randomText();
    assertThat(AffinityKeys.parse(text).keys())
        .singleElement()
        .satisfies(k -> assertThat(k).hasSize(32));
    assertThat(AffinityKeys.randomText()).isNotEqualTo(text);
  }

  @Test
  void keysAreNotPrinted() {
    assertThat(AffinityKeys.parse(KEY)).hasToString("1 key");
    assertThat(AffinityKeys.parse(KEY + "\n" + OTHER)).hasToString("2 keys");
  }
}
