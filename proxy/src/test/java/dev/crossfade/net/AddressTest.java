package dev.crossfade.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:80",
        "shop.example:8080",
        "[::1]:443",
        "[2001:db8::7]:65535",
        "unix:/run/app.sock",
        "localhost:0"
      })
  void whatIsReadIsWrittenTheSame(String text) {
    assertThat(Address.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "host",
        "host:",
        "host:x",
        "host:-1",
        "host:+1",
        "host:65536",
        "host:100000",
        "::1:80",
        "[::1]",
        "[::1:80",
        "[host]:80",
        "[::g]:80",
        "unix:",
        "host:８０"
      })
  void whatIsNoAddressIsRefusedInASentence(String text) {
    assertThatThrownBy(() -> Address.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(".");
  }

  @Test
  void onlyNamesHaveToBeLookedUp() {
    assertThat(Address.parse("shop.example:1").isName()).isTrue();
    assertThat(Address.parse("127.0.0.1:1").isName()).isFalse();
    assertThat(Address.parse("[::1]:1").isName()).isFalse();
    assertThat(Address.parse("unix:/s").isName()).isFalse();
    assertThat(Address.parse("unix:/s").isUnix()).isTrue();
  }

  @Test
  void aNameThatIsNotKnownIsUnresolvedAndNoFailure() {
    assertThat(Address.parse("no-such-host.invalid:1").resolve().isUnresolved()).isTrue();
    assertThat(Address.parse("127.0.0.1:7").resolve().getAddress().getAddress())
        .containsExactly(127, 0, 0, 1);
    assertThatThrownBy(() -> Address.parse("unix:/s").resolve())
        .isInstanceOf(IllegalStateException.class);
  }
}
