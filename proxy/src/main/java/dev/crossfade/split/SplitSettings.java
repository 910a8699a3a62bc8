package dev.crossfade.split;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the decision needs to know of the configuration. Cookie names are RFC 6265 tokens (checked
 * by the constructor of each part).
 *
 * @param session how a session is recognised
 * @param affinity our own cookie
 * @param upgrade the cookie of those who test the new version
 * @param learned the table of sessions learned from the application's answers
 */
public record SplitSettings(Session session, Affinity affinity, Upgrade upgrade, Learned learned) {

  /**
   * @throws IllegalArgumentException if two of the cookies have one name
   */
  public SplitSettings {
    List<String> names = new ArrayList<>(session.cookies());
    names.add(affinity.cookie());
    names.add(upgrade.cookie());
    for (String name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw new IllegalArgumentException(
            "The cookie name "
                + name
                + " stands for two cookies; session, affinity and upgrade cookies need names of"
                + " their own.");
      }
    }
  }

  /** RFC 6265, 4.1.1. */
  private static final Pattern COOKIE_OCTETS =
      Pattern.compile("[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]+");

  private static final Pattern ATTRIBUTE = Pattern.compile("[\\x21-\\x3a\\x3c-\\x7e]+");

  private static final Pattern COOKIE_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /**
   * @param cookies names of session cookies, the first that a request carries counts; at least one
   * @param salt prepended to the session id before hashing; must be empty with {@link
   *     SessionHash#NGINX}
   */
  public record Session(List<String> cookies, SessionHash hash, String salt, Anonymous anonymous) {
    /**
     * @throws IllegalArgumentException if there is no cookie, a name that is none, or a salt with
     *     {@link SessionHash#NGINX}
     */
    public Session {
      cookies = List.copyOf(cookies);
      if (cookies.isEmpty()) {
        throw new IllegalArgumentException("A session needs at least one cookie's name.");
      }
      cookies.forEach(SplitSettings::requireCookieName);
      if (hash == SessionHash.NGINX && !salt.isEmpty()) {
        throw new IllegalArgumentException(
            "The salt must be empty with hash = nginx: nginx hashes the bare session id.");
      }
    }
  }

  /**
   * @param maxAge of the cookie, at least a second
   * @param domain value of the Domain attribute, absent for none
   * @param secure when the cookie gets the Secure attribute
   */
  public record Affinity(
      String cookie,
      Policy policy,
      Duration maxAge,
      String path,
      @Nullable String domain,
      SameSite sameSite,
      Secure secure,
      boolean httpOnly) {

    /**
     * @throws IllegalArgumentException if the name is no cookie's name, the age is below a second,
     *     the path has no slash, or browsers would drop the cookie
     */
    public Affinity {
      requireCookieName(cookie);
      if (maxAge.toSeconds() < 1) {
        throw new IllegalArgumentException(
            "The affinity cookie's max-age is a second or more, but it is " + maxAge + ".");
      }
      requireSlash("affinity cookie's path", path);
      requireAttribute("path", path);
      if (domain != null) {
        requireAttribute("domain", domain);
      }
      if (sameSite == SameSite.NONE && secure == Secure.NEVER) {
        throw new IllegalArgumentException(
            "With same-site = none the cookie must be secure: browsers drop it otherwise.");
      }
    }
  }

  /**
   * @param token what the cookie must equal, absent if any value but the empty one will do
   * @param pages whether the QA pages exist
   */
  public record Upgrade(
      String cookie,
      @Nullable String token,
      boolean pages,
      String enablePath,
      String disablePath,
      AfterRollback afterRollback) {

    /** The value of the upgrade cookie that asks for old; it needs no token. */
    public static final String NEVER = "never";

    /**
     * @throws IllegalArgumentException if the name is no cookie's name, the token is empty or
     *     {@value #NEVER}, a path has no slash, or both pages have the same path
     */
    public Upgrade {
      requireCookieName(cookie);
      if (token != null && token.isEmpty()) {
        throw new IllegalArgumentException("The upgrade token is empty.");
      }
      if (token != null && !COOKIE_OCTETS.matcher(token).matches()) {
        throw new IllegalArgumentException(
            "The upgrade token must be of characters that a cookie may have: no spaces, quotes,"
                + " commas, semicolons or backslashes.");
      }
      if (NEVER.equals(token)) {
        throw new IllegalArgumentException(
            "The upgrade token may not be \"never\": that value of the cookie asks for old.");
      }
      requireSlash("enable-path", enablePath);
      requireSlash("disable-path", disablePath);
      if (enablePath.equals(disablePath)) {
        throw new IllegalArgumentException(
            "The disable-path must differ from the enable-path, but both are \""
                + enablePath
                + "\".");
      }
    }
  }

  /**
   * @param size most entries kept, 0 switches learning off
   * @param expiry after the last use
   */
  public record Learned(int size, Duration expiry) {
    /**
     * @throws IllegalArgumentException if the size is negative or the expiry not above zero
     */
    public Learned {
      if (size < 0) {
        throw new IllegalArgumentException(
            "The size of the learned table is 0 or more, not " + size + ".");
      }
      if (expiry.isNegative() || expiry.isZero()) {
        throw new IllegalArgumentException(
            "The expiry of the learned table must be above zero, but it is " + expiry + ".");
      }
    }
  }

  /** The SameSite attribute of the affinity cookie. */
  public enum SameSite {
    LAX,
    STRICT,
    NONE
  }

  /** When the affinity cookie is marked Secure. */
  public enum Secure {
    /** When the client came by TLS. */
    AUTO,
    ALWAYS,
    NEVER
  }

  /** What a rollback does to the upgrade cookie. */
  public enum AfterRollback {
    /** It still reaches new: QA goes on. */
    HONOUR,
    /** It is passed over until the percentage is next raised. */
    IGNORE
  }

  /** Whether the text may name a cookie: a token of RFC 9110, 5.6.2 (RFC 6265, 4.1.1). */
  public static boolean isCookieName(String text) {
    return COOKIE_NAME.matcher(text).matches();
  }

  private static void requireCookieName(String name) {
    if (!isCookieName(name)) {
      throw new IllegalArgumentException("\"" + name + "\" can't be the name of a cookie.");
    }
  }

  private static void requireAttribute(String what, String value) {
    if (!ATTRIBUTE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "The affinity cookie's "
              + what
              + " must be of plain ASCII without blanks or semicolons, not \""
              + value
              + "\".");
    }
  }

  private static void requireSlash(String what, String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "The " + what + " begins with a slash, but this is \"" + path + "\".");
    }
  }
}
