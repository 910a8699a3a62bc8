package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.http.RequestHead;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
  private final TrustedProxies trusted =
      new TrustedProxies(List.of("10.0.0.0/8", "2001:db8:aa::/48"));

  private String client(String peer, String... forwardedFor) {
    String lines =
        Stream.of(forwardedFor)
            .map(value -> "X-Forwarded-For: " + value + "\r\n")
            .collect(Collectors.joining());
    byte[] bytes =
        ("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    RequestHead head = new RequestHead(1000, 20);
    assertThat(head.scan(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    byte[] address = NetUtil.createByteArrayFromIpAddressString(peer);
    ClientFacts facts =
        ClientFacts.of(address, peer, false, trusted.trusts(address), "localhost:80", 80);
    return NetUtil.bytesToIpAddress(trusted.clientAddress(head, facts));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1                                     | 192.0.2.1",
        "198.51.100.7, 192.0.2.1                       | 192.0.2.1",
        "192.0.2.1, 10.1.1.1                           | 192.0.2.1",
        "192.0.2.1, 10.1.1.1,10.2.2.2 ,10.3.3.3        | 192.0.2.1",
        "10.1.1.1, 10.2.2.2                            | 10.1.1.1",
        "192.0.2.1, unknown, 10.1.1.1                  | 10.1.1.1",
        "'192.0.2.1, '                                 | 192.0.2.1",
        "192.0.2.1:4711, 10.1.1.1:80                   | 192.0.2.1",
        "2001:db8:1::7                                 | 2001:db8:1::7",
        "'[2001:db8:1::7]:443, 2001:db8:aa::1'         | 2001:db8:1::7",
        "_hidden                                       | 10.9.9.9",
        "''                                            | 10.9.9.9"
      })
  void theFirstFromTheRightThatIsNoProxyOfOurs(String forwardedFor, String client) {
    assertThat(client("10.9.9.9", forwardedFor)).isEqualTo(client);
  }

  @Test
  void severalFieldsAreOneList() {
    assertThat(client("10.9.9.9", "192.0.2.1", "192.0.2.2, 10.1.1.1")).isEqualTo("192.0.2.2");
    assertThat(client("10.9.9.9", "192.0.2.1", "10.1.1.1")).isEqualTo("192.0.2.1");
  }

  @Test
  void whatAStrangerSaysIsNotBelieved() {
    assertThat(client("203.0.113.5", "192.0.2.1")).isEqualTo("203.0.113.5");
  }

  @Test
  void withoutTheFieldItIsThePeer() {
    assertThat(client("10.9.9.9")).isEqualTo("10.9.9.9");
  }
}
