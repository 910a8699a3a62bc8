package dev.crossfade.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.split.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathNormaliserTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Nothing to do.
        "/ | /",
        "/rest/a | /rest/a",
        "/rest/ | /rest/",
        "/a.b/..c/...  | /a.b/..c/...",
        "/%20%2A | /%20%2A",
        "* | *",
        // No path at all.
        "`` | /",
        "rest | /rest",
        "** | /**",
        // RFC 3986 section 6.2.2.1 and 6.2.2.2.
        "/%7euser/%41%2D%5f | /~user/A-_",
        "/%72est/%61 | /rest/a",
        "/a%c3%bc | /a\u00c3\u00bc",
        "/a%2a%3f%23 | /a%2A%3F%23",
        // Never twice.
        "/%2572est | /%2572est",
        "/%25%32%65 | /%252e",
        "/%%32e/a | /%2e/a",
        // No escape at all.
        "/%/%a/%zz/%4 | /%/%a/%zz/%4",
        // RFC 3986 section 5.2.4 and 5.4.2.
        "/a/b/c/./../../g | /a/g",
        "/rest/../admin | /admin",
        "/rest/.. | /",
        "/rest/. | /rest/",
        "/../../g | /g",
        "/.. | /",
        "/. | /",
        "/./ | /",
        "/rest/%2e%2e/admin | /admin",
        "/rest/.%2E/admin | /admin",
        "/%2e/rest/ | /rest/",
        "/a/b/.. | /a/",
        "/a/b/../ | /a/",
        // Slashes.
        "//rest//a/// | /rest/a/",
        "/a//../b | /b",
        "/rest%2fa | /rest/a",
        "/rest%2F..%2fadmin | /admin",
        "/%2frest | /rest",
        "/\\rest\\a | /rest/a",
        "/rest%5ca/..%5C | /rest/",
        // Parameters.
        "/rest;x=1/a;b?c | /rest/a",
        "/rest;/a | /rest/a",
        "/a/..;/b | /b",
        "/a/..;x=%41/b | /b",
        "/;/rest | /rest",
        "/;a/;b | /",
        "/rest;a%2fb | /rest/b",
        "/rest;a\\b | /rest/b",
        "/rest%3bx | /rest%3Bx",
        // The query is no part.
        "/rest?/../x | /rest",
        "/rest/..?x | /",
        "/rest/#/../x | /rest/",
        "? | /",
        "/rest;a?;b | /rest"
      })
  void pathsHaveOneForm(String path, String normal) {
    assertThat(normalise(path)).isEqualTo(normal);
  }

  @Test
  void whateverComesTheOutcomeIsNormal() {
    Random random = Seeds.random("paths");
    String[] parts = {
      "/", "/", ".", "..", "%2e", "%2F", "%5c", "\\", ";", "a", "rest", "%", "%4", "%C3", "%25",
      "?", "#", "\u00e4", "%00"
    };
    for (int i = 0; i < 100_000; i++) {
      StringBuilder path = new StringBuilder(random.nextInt(8) == 0 ? "" : "/");
      for (int n = random.nextInt(12); n > 0; n--) {
        path.append(parts[random.nextInt(parts.length)]);
      }
      String normal = normalise(path.toString());
      assertThat(normal).startsWith("/").doesNotContain("//", ";", "?", "#", "\\", "%2F", "%5C");
      assertThat(normal.substring(1).split("/", -1)).doesNotContain(".", "..");
    }
  }

  @Test
  void aPathWithoutPercentSignsIsNormalOnceAndForAll() {
    Random random = Seeds.random("again");
    String[] parts = {"/", ".", "..", "\\", ";", "a", "b"};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder path = new StringBuilder("/");
      for (int n = random.nextInt(12); n > 0; n--) {
        path.append(parts[random.nextInt(parts.length)]);
      }
      String normal = normalise(path.toString());
      assertThat(normalise(normal)).isEqualTo(normal);
    }
  }

  /** Into an array of just the room that is promised, out of the middle of another. */
  private static String normalise(String path) {
    byte[] source = ("GET " + path + " HTTP/1.1").getBytes(ISO_8859_1);
    byte[] target = new byte[path.length() + 1];
    int length = PathNormaliser.normalise(source, 4, 4 + path.length(), target);
    return new String(target, 0, length, ISO_8859_1);
  }
}
