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
  /** RFC 9110 section 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** RFC 6265 section 4.1.1. */
  private static final Pattern COOKIE_OCTETS =
      Pattern.compile("[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]+");

  private static final Pattern ATTRIBUTE = Pattern.compile("[\\x21-\\x3a\\x3c-\\x7e]+");

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

  /**
   * @param cookies names of session cookies, the first that a request carries counts; at least one
   * @param salt prepended to the session id before hashing; must be empty with {@link
   *     SessionHash#NGINX}
   */
  public record Session(List<String> cookies, SessionHash hash, String salt, Anonymous anonymous) {
    /**
     * @throws IllegalArgumentException if there is no cookie name, one is no token, or nginx's hash
     *     is to be salted
     */
    public Session {
      cookies = List.copyOf(cookies);
      if (cookies.isEmpty()) {
        throw new IllegalArgumentException("session.cookies needs at least one cookie name.");
      }
      cookies.forEach(name -> requireToken("session.cookies", name));
      if (hash == SessionHash.NGINX && !salt.isEmpty()) {
        throw new IllegalArgumentException(
            "session.salt must be empty with session.hash = nginx: nginx hashes the session id"
                + " alone, and a salt would give every visitor another side.");
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
     * @throws IllegalArgumentException if a part can't stand in a Set-Cookie field, or browsers
     *     would refuse the cookie
     */
    public Affinity {
      requireToken("affinity.cookie", cookie);
      if (maxAge.toSeconds() < 1) {
        throw new IllegalArgumentException(
            "affinity.max-age must be at least a second, not " + maxAge + ".");
      }
      requireAttribute("affinity.path", path);
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException(
            "affinity.path must begin with a slash, not be \"" + path + "\".");
      }
      if (domain != null) {
        requireAttribute("affinity.domain", domain);
      }
      if (sameSite == SameSite.NONE && secure == Secure.NEVER) {
        throw new IllegalArgumentException(
            "affinity.same-site = none needs a secure cookie: browsers drop it otherwise.");
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
    /**
     * @throws IllegalArgumentException if the name or the token can't be a cookie's, or the pages
     *     have no paths of their own
     */
    public Upgrade {
      requireToken("upgrade.cookie", cookie);
      if (token != null && !COOKIE_OCTETS.matcher(token).matches()) {
        throw new IllegalArgumentException(
            "The upgrade token must be of characters that a cookie may have: no spaces, quotes,"
                + " commas, semicolons or backslashes; and not be empty.");
      }
      if ("never".equals(token)) {
        throw new IllegalArgumentException(
            "The upgrade token must not be never, which is what keeps a browser on old.");
      }
      if (!enablePath.startsWith("/") || !disablePath.startsWith("/")) {
        throw new IllegalArgumentException("The paths of the upgrade pages begin with a slash.");
      }
      if (enablePath.equals(disablePath)) {
        throw new IllegalArgumentException(
            "The upgrade pages need two paths, but both are " + enablePath + ".");
      }
    }
  }

  /**
   * @param size most entries kept, 0 switches learning off
   * @param expiry after the last use
   */
  public record Learned(int size, Duration expiry) {
    /**
     * @throws IllegalArgumentException if the size is negative or entries would not live at all
     */
    public Learned {
      if (size < 0) {
        throw new IllegalArgumentException(
            "The size of the learned table must be 0 or more, not " + size + ".");
      }
      if (expiry.isNegative() || expiry.isZero()) {
        throw new IllegalArgumentException(
            "The expiry of the learned table must be more than nothing, not " + expiry + ".");
      }
    }
  }

  private static void requireToken(String key, String name) {
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          key
              + " must be a cookie name of letters, digits and !#$%&'*+-.^_`|~, not \""
              + name
              + "\".");
    }
  }

  private static void requireAttribute(String key, String value) {
    if (!ATTRIBUTE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          key + " must be of plain ASCII without blanks or semicolons, not \"" + value + "\".");
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
}
