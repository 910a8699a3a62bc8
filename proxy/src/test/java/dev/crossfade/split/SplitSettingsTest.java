package dev.crossfade.split;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crossfade.split.SplitSettings.Affinity;
import dev.crossfade.split.SplitSettings.AfterRollback;
import dev.crossfade.split.SplitSettings.Learned;
import dev.crossfade.split.SplitSettings.SameSite;
import dev.crossfade.split.SplitSettings.Secure;
import dev.crossfade.split.SplitSettings.Session;
import dev.crossfade.split.SplitSettings.Upgrade;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitSettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a=b", "a;b", "\u00fc", "a,b", "\"a\"", "a\n"})
  void cookieNamesAreTokens(String name) {
    String sentence = "\"" + name + "\" can't be the name of a cookie.";
    assertRefused(() -> session(name), sentence);
    assertRefused(
        () -> affinity(name, Duration.ofDays(1), "/", null, SameSite.LAX, Secure.AUTO), sentence);
    assertRefused(() -> upgrade(name, null, "/e", "/d"), sentence);
  }

  @Test
  void aSessionNeedsACookieName() {
    assertRefused(() -> session(), "A session needs at least one cookie's name.");
  }

  @Test
  void nginxsHashTakesNoSalt() {
    assertThatCode(() -> new Session(List.of("S"), SessionHash.NGINX, "", Anonymous.SPLIT))
        .doesNotThrowAnyException();
    assertRefused(
        () -> new Session(List.of("S"), SessionHash.NGINX, "salt", Anonymous.SPLIT),
        "The salt must be empty with hash = nginx: nginx hashes the bare session id.");
  }

  @Test
  void aCookieThatBrowsersWouldNotKeepIsRefused() {
    assertRefused(
        () -> affinity("c", Duration.ofMillis(999), "/", null, SameSite.LAX, Secure.AUTO),
        "The affinity cookie's max-age is a second or more, but it is PT0.999S.");
    assertRefused(
        () -> affinity("c", Duration.ofDays(1), "shop", null, SameSite.LAX, Secure.AUTO),
        "The affinity cookie's path begins with a slash, but this is \"shop\".");
    assertRefused(
        () -> affinity("c", Duration.ofDays(1), "/; Secure", null, SameSite.LAX, Secure.AUTO),
        "The affinity cookie's path must be of plain ASCII without blanks or semicolons, not \"/; Secure\".");
    assertRefused(
        () -> affinity("c", Duration.ofDays(1), "/", "a\r\nb", SameSite.LAX, Secure.AUTO),
        "The affinity cookie's domain must be of plain ASCII without blanks or semicolons, not \"a\r\nb\".");
    assertRefused(
        () -> affinity("c", Duration.ofDays(1), "/", null, SameSite.NONE, Secure.NEVER),
        "With same-site = none the cookie must be secure: browsers drop it otherwise.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a;b", "a\"b", "a,b", "a\\b", "\u00fc"})
  void anUpgradeTokenThatNoCookieCanHoldIsRefusedAndNotShown(String token) {
    assertRefused(
        () -> upgrade("u", token, "/e", "/d"),
        "The upgrade token must be of characters that a cookie may have: no spaces, quotes,"
            + " commas, semicolons or backslashes.");
  }

  @Test
  void theUpgradeTokenIsNotNever() {
    assertRefused(
        () -> upgrade("u", "never", "/e", "/d"),
        "The upgrade token may not be \"never\": that value of the cookie asks for old.");
  }

  @Test
  void theUpgradePagesHavePathsOfTheirOwn() {
    assertRefused(
        () -> upgrade("u", null, "e", "/d"),
        "The enable-path begins with a slash, but this is \"e\".");
    assertRefused(
        () -> upgrade("u", null, "/e", "/e"),
        "The disable-path must differ from the enable-path, but both are \"/e\".");
  }

  @Test
  void theLearnedTableMayBeOffButNotNegative() {
    assertThatCode(() -> new Learned(0, Duration.ofHours(1))).doesNotThrowAnyException();
    assertRefused(
        () -> new Learned(-1, Duration.ofHours(1)),
        "The size of the learned table is 0 or more, not -1.");
    assertRefused(
        () -> new Learned(1, Duration.ZERO),
        "The expiry of the learned table must be above zero, but it is PT0S.");
  }

  @Test
  void everyCookieHasANameOfItsOwn() {
    Affinity affinity = affinity("same", Duration.ofDays(1), "/", null, SameSite.LAX, Secure.AUTO);
    Upgrade upgrade = upgrade("u", null, "/e", "/d");
    Learned learned = new Learned(1, Duration.ofHours(1));
    assertRefused(
        () -> new SplitSettings(session("S", "same"), affinity, upgrade, learned),
        "The cookie name same stands for two cookies; session, affinity and upgrade cookies need"
            + " names of their own.");
  }

  private static Session session(String... names) {
    return new Session(List.of(names), SessionHash.XXH64, "", Anonymous.SPLIT);
  }

  private static Affinity affinity(
      String cookie,
      Duration maxAge,
      String path,
      @Nullable String domain,
      SameSite sameSite,
      Secure secure) {
    return new Affinity(cookie, Policy.FOLLOW, maxAge, path, domain, sameSite, secure, true);
  }

  private static Upgrade upgrade(
      String cookie, @Nullable String token, String enable, String disable) {
    return new Upgrade(cookie, token, true, enable, disable, AfterRollback.HONOUR);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
