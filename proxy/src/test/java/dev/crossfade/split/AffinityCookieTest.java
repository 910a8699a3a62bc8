package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AffinityCookieTest {
  private static final String KEY = "0123456789abcdef".repeat(4);
  private static final String NEXT_KEY = "fedcba9876543210".repeat(4);

  private final AffinityCookie cookie = new AffinityCookie(AffinityKeys.parse(KEY));

  @Test
  void whatIsWrittenIsReadAgain() {
    Random random = Seeds.random("round trip");
    for (int i = 0; i < 2000; i++) {
      int bucket = random.nextInt(Buckets.COUNT);
      Side side = random.nextBoolean() ? Side.NEW : Side.OLD;
      int epoch = random.nextInt();
      int number = random.nextInt();
      Visitor visitor = read(cookie, write(cookie, bucket, side, epoch, number));
      assertThat(visitor.cookieValid).isTrue();
      assertThat(visitor.cookieBucket).isEqualTo(bucket);
      assertThat(visitor.cookieSide).isEqualTo(side);
      assertThat(visitor.cookieEpoch).isEqualTo(epoch);
      assertThat(visitor.number).isEqualTo(number);
    }
  }

  @Test
  void aValueIsShortAndOfCookieOctets() {
    String value = new String(write(cookie, 9999, Side.NEW, -1, -1), US_ASCII);
    assertThat(value).hasSizeLessThanOrEqualTo(64).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void aValueWithAnyBitFlippedCountsAsAbsentAlsoAfterTheWholeOneWasSeen() {
    byte[] value = write(cookie, 1234, Side.OLD, 7, 42);
    for (int bit = 0; bit < value.length * 8; bit++) {
      assertThat(read(cookie, value).cookieValid).isTrue();
      byte[] forged = value.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(read(cookie, forged).cookieValid).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void aValueWithAnyOtherCharacterCountsAsAbsent() {
    byte[] value = write(cookie, 1234, Side.OLD, 7, 42);
    for (int at = 0; at < value.length; at++) {
      for (int other = 0; other < 256; other++) {
        if ((byte) other != value[at]) {
          byte[] forged = value.clone();
          forged[at] = (byte) other;
          assertThat(read(cookie, forged).cookieValid).isFalse();
        }
      }
    }
  }

  @Test
  void aValueCutOffOrGoingOnCountsAsAbsent() {
    byte[] value = write(cookie, 1234, Side.OLD, 7, 42);
    for (int length = 0; length < 80; length++) {
      byte[] other = Arrays.copyOf(value, length);
      Arrays.fill(other, Math.min(length, value.length), length, (byte) 'A');
      assertThat(read(cookie, other).cookieValid).isEqualTo(length == value.length);
    }
  }

  @Test
  void nothingMadeUpCounts() {
    Random random = Seeds.random("made up");
    byte[] zeros = new byte[AffinityCookie.LENGTH];
    Arrays.fill(zeros, (byte) 'A');
    assertThat(read(cookie, zeros).cookieValid).isFalse();
    for (int i = 0; i < 10_000; i++) {
      byte[] value = new byte[AffinityCookie.LENGTH];
      random.nextBytes(value);
      assertThat(read(cookie, value).cookieValid).isFalse();
    }
  }

  @Test
  void theFirstKeySignsAndAllVerify() {
    AffinityCookie rotated = new AffinityCookie(AffinityKeys.parse(NEXT_KEY + "\n" + KEY));
    AffinityCookie next = new AffinityCookie(AffinityKeys.parse(NEXT_KEY));
    byte[] before = write(cookie, 1, Side.NEW, 2, 3);
    byte[] after = write(rotated, 1, Side.NEW, 2, 3);
    assertThat(read(rotated, before).cookieValid).isTrue();
    assertThat(read(rotated, after).cookieValid).isTrue();
    assertThat(read(next, after).cookieValid).isTrue();
    assertThat(read(next, before).cookieValid).isFalse();
    assertThat(read(cookie, after).cookieValid).isFalse();
  }

  @Test
  void anotherInstanceWithTheSameKeyReadsIt() {
    AffinityCookie other =
        new AffinityCookie(AffinityKeys.parse(KEY.toUpperCase(Locale.ROOT) + "\n"));
    assertThat(read(other, write(cookie, 5, Side.NEW, 6, 7)).cookieValid).isTrue();
  }

  /** The layout is a promise between versions of the proxy: cookies outlive an update. */
  @Test
  void theLayoutStaysAsItIs() {
    assertThat(new String(write(cookie, 1234, Side.NEW, 7, 0x01020304), US_ASCII))
        .isEqualTo("AwTSAAAABwECAwSVE1Kg_WIvCmAUdIOIT7Rr");
  }

  private static byte[] write(AffinityCookie cookie, int bucket, Side side, int epoch, int number) {
    byte[] value = new byte[AffinityCookie.LENGTH];
    cookie.write(bucket, side, epoch, number, value, 0);
    return value;
  }

  private static Visitor read(AffinityCookie cookie, byte[] value) {
    byte[] head = new byte[value.length + 10];
    System.arraycopy(value, 0, head, 5, value.length);
    Visitor visitor = new Visitor();
    visitor.reset(head);
    visitor.affinity(5, 5 + value.length);
    visitor.cookieValid = cookie.read(visitor);
    return visitor;
  }
}
