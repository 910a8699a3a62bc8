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

  @Test
  void agreesWithTheGrammarByRegularExpression() {
    long seed = Chance.seed();
    Random random = new Random(seed);
    String alphabet = "ab.:[]%019 -_,@/f\u00e9";
    for (int i = 0; i < Chance.rounds(100_000); i++) {
      StringBuilder host = new StringBuilder();
      for (int n = random.nextInt(9); n > 0; n--) {
        host.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
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
