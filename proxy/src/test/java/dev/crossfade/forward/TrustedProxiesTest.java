package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.http.RequestHead;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies TRUSTED =
      new TrustedProxies(List.of("10.0.0.0/8", "2001:db8::/32"));
  private static final String PEER = "10.0.0.1";

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      textBlock =
          """
          203.0.113.7                          > 203.0.113.7
          198.51.100.1, 203.0.113.7            > 203.0.113.7
          203.0.113.7,10.1.2.3 ,10.9.9.9       > 203.0.113.7
          203.0.113.7|10.1.2.3                 > 203.0.113.7
          198.51.100.1|203.0.113.7, 10.1.2.3   > 203.0.113.7
          ,, 203.0.113.7 , ,                   > 203.0.113.7
          2001:db8::1, 2001:db9::7, 10.1.1.1   > 2001:db9::7
          10.3.3.3, 10.2.2.2                   > 10.3.3.3
          """)
  void theClientIsTheFirstFromTheRightThatIsNoTrustedProxy(String fields, String client) {
    assertThat(clientOf(fields, PEER)).isEqualTo(address(client));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      textBlock =
          """
          unknown                 > 10.0.0.1
          203.0.113.7, _hidden    > 10.0.0.1
          203.0.113.7, x, 10.4.4.4 > 10.4.4.4
          """)
  void whatCannotBeReadEndsTheSearch(String fields, String client) {
    assertThat(clientOf(fields, PEER)).isEqualTo(address(client));
  }

  @ParameterizedTest
  @ValueSource(strings = {"203.0.113.7", "10.1.2.3", "nonsense"})
  void aPeerThatIsNotTrustedIsTheClient(String fields) {
    assertThat(clientOf(fields, "192.0.2.9")).isEqualTo(address("192.0.2.9"));
  }

  /**
   * @param fields values of X-Forwarded-For, one a line, with bars between them
   */
  private static byte[] clientOf(String fields, String peer) {
    StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
    for (String value : fields.split("\\|", -1)) {
      text.append("X-Forwarded-For: ").append(value).append("\r\nAccept: */*\r\n");
    }
    byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    RequestHead head = new RequestHead(1000, 100);
    assertThat(head.scan(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    byte[] peerAddress = address(peer);
    return TRUSTED.clientAddress(
        head,
        ClientFacts.of(peerAddress, peer, false, TRUSTED.trusts(peerAddress), "localhost", 80));
  }

  private static byte[] address(String text) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(text);
    assertThat(address).as(text).isNotNull();
    return address;
  }
}
