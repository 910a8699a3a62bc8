package dev.crossfade.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.3.4, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3/8, 10.9.9.9, true",
    "192.168.4.0/23, 192.168.5.255, true",
    "192.168.4.0/23, 192.168.6.0, false",
    "192.168.128.0/17, 192.168.127.255, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "127.0.0.1/32, 127.0.0.1, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 10.0.0.1, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "2001:db8::/33, 2001:db8:8000::, false",
    "::1, ::1, true",
    "::1, ::2, false",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "::ffff:10.0.0.0/104, 11.1.2.3, false",
    "::ffff:10.0.0.1, 10.0.0.1, true"
  })
  void anAddressIsInItsNetworks(String network, String address, boolean isIn)
      throws UnknownHostException {
    byte[] bytes = InetAddress.getByName(address).getAddress();
    assertThat(Cidr.parse(network).contains(bytes)).isEqualTo(isIn);
  }

  @Test
  void anIpv4MappedClientIsTheIpv4Client() {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = -1;
    mapped[12] = 10;
    assertThat(Cidr.parse("10.0.0.0/8").contains(mapped)).isTrue();
    assertThat(Cidr.parse("::/0").contains(mapped)).isFalse();
    mapped[0] = 1;
    assertThat(Cidr.parse("10.0.0.0/8").contains(mapped)).isFalse();
    assertThat(Cidr.parse("::/0").contains(mapped)).isTrue();
  }

  @Test
  void aClientWithoutAnAddressIsInNoNetwork() {
    assertThat(Cidr.parse("0.0.0.0/0").contains(new byte[0])).isFalse();
    assertThat(Cidr.parse("::/0").contains(new byte[0])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "/8", "localhost", "example.com/8", "10.0.0/8", "10.0.0.0.0/8", "010.0.0.0/8",
        "256.0.0.0/8", "10.0.0.0 /8", " 10.0.0.0/8", "1", ":", "2001:db8/32", "[::1]",
            "fe80::1%eth0"
      })
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\""
                + text
                + "\" is no IP address and no network such as 10.0.0.0/8 or 2001:db8::/32.");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/33, 0, 32",
    "10.0.0.0/99, 0, 32",
    "10.0.0.0/, 0, 32",
    "10.0.0.0/-1, 0, 32",
    "10.0.0.0/+8, 0, 32",
    "10.0.0.0/8/8, 0, 32",
    "10.0.0.0/255.0.0.0, 0, 32",
    "2001:db8::/129, 0, 128",
    "::ffff:10.0.0.0/8, 96, 128"
  })
  void aBadMaskIsRefused(String text, int least, int most) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network \""
                + text
                + "\" needs a number from "
                + least
                + " to "
                + most
                + " behind the slash.");
  }

  @Test
  void itIsShownAsItWasWritten() {
    assertThat(Cidr.parse("10.1.2.3/8")).hasToString("10.1.2.3/8");
  }
}
