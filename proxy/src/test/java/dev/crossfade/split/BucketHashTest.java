package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Objects;
import java.util.Random;
import org.apache.commons.codec.digest.MurmurHash2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketHashTest {
  private static final BucketHash XXH64 = new BucketHash(SessionHash.XXH64, "");
  private static final BucketHash NGINX = new BucketHash(SessionHash.NGINX, "");

  /** Test vectors of xxHash. */
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "abc, 44bc2cf5ad770999",
    "xxhash, 32dd38952c4bc720",
    "Nobody inspects the spammish repetition, fbcea83c8a378bf1"
  })
  void bucketsAreXxh64UnsignedModuloTenThousand(String id, String hash) {
    long expected = Long.remainderUnsigned(Long.parseUnsignedLong(hash, 16), 10_000);
    assertThat(bucket(XXH64, id)).isEqualTo((int) expected);
  }

  @Test
  void bucketsAreThoseOfTheGoldenFile() throws IOException {
    BucketHash salted = new BucketHash(SessionHash.XXH64, "pépper");
    try (BufferedReader golden = golden()) {
      assertThat(golden.lines().filter(line -> !line.startsWith("#")))
          .hasSizeGreaterThan(50)
          .allSatisfy(
              line -> {
                String[] columns = line.split("\t", -1);
                assertThat(bucket(XXH64, columns[0])).isEqualTo(Integer.parseInt(columns[1]));
                assertThat(bucket(salted, columns[0])).isEqualTo(Integer.parseInt(columns[2]));
                assertThat(bucket(NGINX, columns[0])).isEqualTo(Integer.parseInt(columns[3]));
              });
    }
  }

  private static BufferedReader golden() {
    return new BufferedReader(
        new InputStreamReader(
            Objects.requireNonNull(BucketHashTest.class.getResourceAsStream("session-buckets.tsv")),
            UTF_8));
  }

  @Test
  void theSaltStandsBeforeTheSessionId() {
    assertThat(bucket(new BucketHash(SessionHash.XXH64, "salz"), "id"))
        .isEqualTo(bucket(XXH64, "salzid"))
        .isNotEqualTo(bucket(XXH64, "id"));
  }

  @Test
  void onlyTheRegionOfTheIdCounts() {
    byte[] bytes = "Cookie: PHPSESSID=abcdefgh; a=b".getBytes(UTF_8);
    for (BucketHash hash : new BucketHash[] {XXH64, NGINX}) {
      assertThat(hash.ofSession(bytes, 18, 26)).isEqualTo(bucket(hash, "abcdefgh"));
    }
  }

  @Test
  void aClientsBucketComesOfItsAddressAndThenItsUserAgent() {
    byte[] head = "abcUA/1".getBytes(UTF_8);
    assertThat(XXH64.ofClient(new byte[] {'1', '2', '3', '4'}, head, 3, 7))
        .isEqualTo(bucket(XXH64, "1234UA/1"));
    assertThat(XXH64.ofClient(new byte[] {'1', '2', '3', '4'}, head, -1, -1))
        .isEqualTo(bucket(XXH64, "1234"));
  }

  @Test
  void murmurAgreesWithAnotherImplementationAtEveryLengthAndOffset() {
    Random random = Seeds.random("murmur");
    for (int length = 0; length < 80; length++) {
      byte[] id = new byte[length];
      random.nextBytes(id);
      byte[] within = new byte[length + 7];
      System.arraycopy(id, 0, within, 3, length);
      assertThat(BucketHash.murmur2(within, 3, 3 + length))
          .isEqualTo(MurmurHash2.hash32(id, length, 0));
    }
  }

  /** ngx_http_split_clients_module: the first part whose end is greater than the hash. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1000, 3333, 5000, 9999})
  void sidesAreThoseThatNginxWouldChoose(int threshold) {
    Random random = Seeds.random("nginx");
    long end = threshold * 0xffffffffL / 10_000;
    for (int i = 0; i < 20_000; i++) {
      byte[] id = Ids.php(random).getBytes(UTF_8);
      long hash = Integer.toUnsignedLong(MurmurHash2.hash32(id, id.length, 0));
      assertThat(NGINX.ofSession(id, 0, id.length) < threshold).isEqualTo(hash < end);
    }
  }

  @Test
  void sidesAreNginxsOnBothSidesOfEveryThreshold() {
    for (int threshold = 0; threshold < 10_000; threshold++) {
      long end = threshold * 0xffffffffL / 10_000;
      assertThat(BucketHash.ofNginxHash((int) end)).isEqualTo(threshold);
      if (threshold > 0) {
        assertThat(BucketHash.ofNginxHash((int) (end - 1))).isEqualTo(threshold - 1);
      }
    }
    assertThat(BucketHash.ofNginxHash(0xffffffff)).isEqualTo(9999);
  }

  private static int bucket(BucketHash hash, String id) {
    byte[] bytes = id.getBytes(UTF_8);
    return hash.ofSession(bytes, 0, bytes.length);
  }
}
