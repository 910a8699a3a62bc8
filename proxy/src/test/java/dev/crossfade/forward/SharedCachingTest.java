package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.Verb;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §5.2.2. */
class SharedCachingTest {
  private static boolean mayStore(String... lines) {
    String text =
        "HTTP/1.1 200 OK\r\n" + String.join("\r\n", lines) + "\r\nContent-Length: 0\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    ResponseHead head = new ResponseHead(20);
    assertThat(head.scan(bytes, 0, bytes.length, Verb.GET)).isEqualTo(bytes.length);
    return SharedCaching.mayStore(head);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "public",
        "PUBLIC",
        "max-age=1",
        "Max-Age=\"60\"",
        "s-maxage=0",
        "s-maxage=600, max-age=0",
        "max-age=0, public",
        "no-cache, public",
        "must-revalidate,max-age=10",
        ",, max-age=5 ,",
        "private=\"x-secret\", max-age=60",
        "private=\"set-cookie, no-store\", public",
        "ext=\"a, private, b\", max-age=60",
        "ext=\"a \\\" , no-store\", max-age=60",
        "max-age=nonsense",
        "max-age = 60",
        "max-age\t= 60, must-revalidate",
        "s-maxage =60",
        "s-maxage"
      })
  void aSharedCacheMayStore(String value) {
    assertThat(mayStore("Cache-Control: " + value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no-cache",
        "max-age=0",
        "max-age=000",
        "max-age = 0",
        "private",
        "Private, max-age=60",
        "private, public",
        "no-store, max-age=60",
        "public, No-Store",
        "s-maxage=60, private",
        "ext=\"public, max-age=60\"",
        "x-public",
        "publicity, max-ages=7",
        "must-revalidate"
      })
  void aSharedCacheMayNot(String value) {
    assertThat(mayStore("Cache-Control: " + value)).isFalse();
  }

  @Test
  void severalFieldsAreOneList() {
    assertThat(mayStore("Cache-Control: max-age=60", "cache-control: private")).isFalse();
    assertThat(mayStore("Cache-Control: no-cache", "Cache-Control: public")).isTrue();
  }

  @Test
  void withoutTheFieldItIsNotSaid() {
    assertThat(mayStore("Expires: Thu, 01 Jan 2099 00:00:00 GMT")).isFalse();
  }
}
