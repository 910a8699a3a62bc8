package dev.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Chance;
import dev.crossfade.testing.StrictHttp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever fields are handed in, what comes out is refused or says just what they said. */
class FieldsToHeadFuzzTest {
  private static final int ROUNDS = Chance.rounds(60_000);

  private static final String[] NAMES = {
    ":method",
    ":path",
    ":scheme",
    ":authority",
    ":status",
    ":",
    "",
    "host",
    "cookie",
    "te",
    "accept",
    "x-a",
    "content-length",
    "connection",
    "transfer-encoding",
    "upgrade",
    "X-B",
    "x c",
    "x\r\nd",
    "x:e",
    "x-forwarded-for"
  };
  private static final String[] VALUES = {
    "GET", "POST", "HEAD", "CONNECT", "OPTIONS", "/", "/a?b=c", "*", "", "a.example", "http",
    "https", "a=1", "trailers", "0", "5", "close", "chunked", " x", "x ", "a\r\nb: c", "a\nb",
    "/ HTTP/1.1\r\n\r\n", "b:8080", "me@a", "\u00e4", "a\u0000", "/#x", "/a b"
  };

  private final Random random;
  private final long seed = Chance.seed();
  private final byte[] out = new byte[2048];
  private final FieldsToHead fields = new FieldsToHead(out);

  FieldsToHeadFuzzTest() {
    random = new Random(seed);
  }

  private String any(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private List<String[]> request() {
    List<String[]> request = new ArrayList<>();
    request.add(new String[] {":method", random.nextInt(4) == 0 ? any(VALUES) : "GET"});
    request.add(new String[] {":scheme", "http"});
    request.add(new String[] {":path", random.nextInt(4) == 0 ? any(VALUES) : "/x"});
    request.add(new String[] {":authority", random.nextInt(4) == 0 ? any(VALUES) : "a.example"});
    for (int i = random.nextInt(4); i > 0; i--) {
      request.add(new String[] {any(NAMES), any(VALUES)});
    }
    if (random.nextInt(3) == 0) {
      request.remove(random.nextInt(request.size()));
    }
    return request;
  }

  private void hand(String name, String value) {
    byte[] n = name.getBytes(StandardCharsets.ISO_8859_1);
    byte[] v = value.getBytes(StandardCharsets.ISO_8859_1);
    fields.field(n, 0, n.length, v, 0, v.length);
  }

  @Test
  void noFieldMeansAnythingElseInHttp1() {
    RequestHead head = new RequestHead(1024, 100);
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      List<String[]> request = request();
      boolean ends = random.nextBoolean();
      fields.begin();
      request.forEach(field -> hand(field[0], field[1]));
      if (fields.end(ends) != null) {
        continue;
      }
      String text = new String(out, 0, fields.length(), StandardCharsets.ISO_8859_1);
      StringBuilder which = new StringBuilder("seed " + seed + ", round " + i + ": ");
      request.forEach(field -> which.append(field[0]).append('=').append(field[1]).append("; "));
      StrictHttp.Request strict = StrictHttp.request(text);
      int end = head.scan(out, 0, fields.length());
      assertThat(end).as(which.toString()).isEqualTo(strict.end() > 0 ? text.length() : -1);
      if (end > 0) {
        accepted++;
        assertSame(which.toString(), request, strict, ends);
      }
    }
    assertThat(accepted).as("accepted, seed " + seed).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
  }

  private static void assertSame(
      String which, List<String[]> request, StrictHttp.Request strict, boolean ends) {
    List<String> cookies = new ArrayList<>();
    int ordinary = 0;
    String authority = null;
    for (String[] field : request) {
      switch (field[0]) {
        case ":method" -> assertThat(strict.method()).as(which).isEqualTo(field[1]);
        case ":path" -> assertThat(strict.target()).as(which).isEqualTo(field[1]);
        case ":authority" -> authority = field[1];
        case ":scheme", "host" -> {}
        case "cookie" -> cookies.add(field[1]);
        default -> {
          ordinary++;
          assertThat(strict.values(field[0])).as(which).contains(field[1]);
        }
      }
    }
    if (authority != null) {
      assertThat(strict.values("host")).as(which).containsExactly(authority);
    }
    // An empty crumb leaves its separator or nothing; both mean the same.
    assertThat(String.join("", strict.values("cookie")).replaceAll("; ?", ""))
        .as(which)
        .isEqualTo(String.join("", cookies));
    boolean lengthGiven = !strict.values("content-length").isEmpty();
    boolean chunked = !ends && !lengthGiven && !strict.method().equals("CONNECT");
    assertThat(strict.chunked()).as(which).isEqualTo(chunked);
    assertThat(strict.fields().size()).as(which).isLessThanOrEqualTo(ordinary + 3);
  }
}
