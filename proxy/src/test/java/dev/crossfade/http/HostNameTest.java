package dev.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Chance;
import dev.crossfade.testing.StrictHttp;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §7.2, RFC 3986 §3.2.2. */
class HostNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.b",
        "A_b-c~d",
        "a:",
        "a:0",
        "a:65535",
        "127.0.0.1:80",
        "[::1]",
        "[::]:1",
        "[1:2::3.4.5.6]",
        "a%20b",
        "!$&'()*+;="
      })
  void takes(String host) {
    assertThat(valid(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "a:65536",
        "a:000001",
        "a:1:2",
        "a:x",
        "a b",
        "a,b",
        "a/b",
        "a@b",
        "a\\b",
        "a#b",
        "a?b",
        "[::1",
        "::1",
        "[1]",
        "[]",
        "[::1]x",
        "[g::]",
        "a%2",
        "a%zz",
        "\u00e9",
        "a\"",
        "<a>"
      })
  void refuses(String host) {
    assertThat(valid(host)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[:::1]",
        "[1:2:3]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8:]",
        "[1:2:3:4:5:6:7:8::]",
        "[1:2:3:4::5:6:7:8]",
        "[::1::2]",
        "[::1:]",
        "[:1::]",
        "[12345::1]",
        "[::1.2.3]",
        "[::1.2.3.456]",
        "[::1.2.3.04]",
        "[::1.2.3.4.5]",
        "[::1.2.3.4:5]",
        "[1.2.3.4::]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[::.1]",
      })
  void refusesWhatIsNoAddress(String host) {
    assertThat(valid(host)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[::]",
        "[1::]",
        "[::8]",
        "[1:2:3:4:5:6:7:8]",
        "[1::3:4:5:6:7:8]:80",
        "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:1.2.3.4]",
        "[64:FF9B::192.0.2.33]:",
      })
  void takesAddresses(String host) {
    assertThat(valid(host)).isTrue();
  }

  @Test
  void agreesWithTheGrammarByRegularExpression() {
    agrees("", "ab.:[]%019 -_,@/f\u00e9", 9, "");
    agrees("[", "::::1aF0.2", 24, "]");
  }

  private static void agrees(String before, String alphabet, int most, String behind) {
    long seed = Chance.seed();
    Random random = new Random(seed);
    for (int i = 0; i < Chance.rounds(100_000); i++) {
      StringBuilder host = new StringBuilder(before);
      for (int n = random.nextInt(most); n > 0; n--) {
        host.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      host.append(behind);
      assertThat(valid(host.toString()))
          .as("seed " + seed + ": " + host)
          .isEqualTo(StrictHttp.goodAuthority(host.toString()));
    }
  }

  private static boolean valid(String host) {
    byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
    return HostName.isValid(bytes, 0, bytes.length);
  }
}
