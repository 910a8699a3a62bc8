package dev.crossfade.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class CookieMacTest {
  @Test
  void codesAreThoseOfThePlatformsHmac() throws GeneralSecurityException {
    Random random = Seeds.random("hmac");
    for (int keyLength : new int[] {32, 63, 64, 65, 200}) {
      byte[] key = new byte[keyLength];
      random.nextBytes(key);
      Mac platform = Mac.getInstance("HmacSHA256");
      platform.init(new SecretKeySpec(key, "HmacSHA256"));
      CookieMac mac = new CookieMac(key);
      for (int length = 0; length < 130; length++) {
        byte[] message = new byte[length];
        random.nextBytes(message);
        byte[] code = new byte[20];
        mac.sign(message, length, code, 4);
        assertThat(Arrays.copyOfRange(code, 4, 20))
            .isEqualTo(Arrays.copyOf(platform.doFinal(message), 16));
        assertThat(mac.verifies(message, length, code, 4)).isTrue();
        code[4 + random.nextInt(16)] ^= (byte) (1 << random.nextInt(8));
        assertThat(mac.verifies(message, length, code, 4)).isFalse();
      }
    }
  }
}
