package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Whatever ids look like, the buckets fill evenly; limits at six standard deviations. */
class BucketDistributionTest {
  private static final int VISITORS = 1_000_000;

  @Test
  void sequentialIdsSpreadEvenly() {
    assertEven(SessionHash.XXH64, Integer::toString);
    assertEven(SessionHash.NGINX, i -> "user" + i);
  }

  @Test
  void uuidsSpreadEvenly() {
    Random random = Seeds.random("uuids");
    assertEven(SessionHash.XXH64, i -> Ids.uuid(random));
  }

  @Test
  void idsOfPhpSpreadEvenly() {
    Random random = Seeds.random("php");
    assertEven(SessionHash.XXH64, i -> Ids.php(random));
    assertEven(SessionHash.NGINX, i -> Ids.php(random));
  }

  private static void assertEven(SessionHash kind, IntFunction<String> ids) {
    BucketHash hash = new BucketHash(kind, "");
    int[] counts = new int[Buckets.COUNT];
    for (int i = 0; i < VISITORS; i++) {
      byte[] id = ids.apply(i).getBytes(US_ASCII);
      counts[hash.ofSession(id, 0, id.length)]++;
    }
    double degrees = Buckets.COUNT - 1;
    assertThat(chiSquare(counts)).isCloseTo(degrees, within(6 * Math.sqrt(2 * degrees)));
    assertShare(counts, 100);
    assertShare(counts, 1000);
  }

  private static double chiSquare(int[] counts) {
    double expected = (double) VISITORS / Buckets.COUNT;
    double sum = 0;
    for (int count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }

  private static void assertShare(int[] counts, int threshold) {
    double share = (double) threshold / Buckets.COUNT;
    long onNew = 0;
    for (int bucket = 0; bucket < threshold; bucket++) {
      onNew += counts[bucket];
    }
    assertThat((double) onNew)
        .isCloseTo(VISITORS * share, within(6 * Math.sqrt(VISITORS * share * (1 - share))));
  }
}
