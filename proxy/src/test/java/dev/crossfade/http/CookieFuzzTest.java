package dev.crossfade.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.testing.Chance;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Odd Cookie fields: the scan agrees with one by {@code String.split}. */
class CookieFuzzTest {
  private static final String[] PARTS = {
    "ours=1",
    "ours=",
    "ours",
    " ours = x ",
    "Ours=2",
    "sid=3",
    "\tsid=4\t",
    "sid=a=b",
    "=",
    "",
    " ",
    "x=\"a;b\"",
    "oursx=1",
    "xours=1",
    "\u00e9=\u00ff",
    "sid",
    "y=z"
  };

  @Test
  void valuesAndWhatIsLeftAgree() {
    long seed = Chance.seed();
    Random random = new Random(seed);
    CookieScan scan = new CookieScan(List.of("ours", "sid"));
    for (int i = 0; i < Chance.rounds(50_000); i++) {
      List<String> parts = new ArrayList<>();
      for (int n = random.nextInt(6); n >= 0; n--) {
        parts.add(PARTS[random.nextInt(PARTS.length)]);
      }
      String text = String.join(random.nextBoolean() ? "; " : ";", parts);
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      String which = "seed " + seed + ": " + text;
      scan.reset();
      scan.scan(bytes, 0, bytes.length);
      assertThat(value(scan, text, 0)).as(which).isEqualTo(first(text, "ours"));
      assertThat(value(scan, text, 1)).as(which).isEqualTo(first(text, "sid"));
      assertThat(pairs(without(scan, bytes)))
          .as(which)
          .isEqualTo(pairs(text).stream().filter(p -> !name(p).equals("ours")).toList());
    }
  }

  private static String value(CookieScan scan, String text, int cookie) {
    int start = scan.valueStart(cookie);
    return start == CookieScan.ABSENT ? "absent" : text.substring(start, scan.valueEnd(cookie));
  }

  private static String first(String text, String name) {
    return pairs(text).stream()
        .filter(p -> p.contains("=") && name(p).equals(name))
        .map(p -> p.substring(p.indexOf('=') + 1).strip())
        .findFirst()
        .orElse("absent");
  }

  private static String name(String pair) {
    return pair.replaceFirst("=.*", "").strip();
  }

  private static List<String> pairs(String text) {
    return Arrays.stream(text.split(";"))
        .map(String::strip)
        .filter(p -> !p.isEmpty())
        .collect(Collectors.toList());
  }

  private static String without(CookieScan scan, byte[] bytes) {
    ByteBuf out = Unpooled.buffer();
    scan.copyWithoutFirst(bytes, 0, bytes.length, out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
