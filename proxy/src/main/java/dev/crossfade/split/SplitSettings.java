package dev.crossfade.split;

import java.time.Duration;
import java.util.List;
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
   * @param cookies names of session cookies, the first that a request carries counts; at least one
   * @param salt prepended to the session id before hashing; must be empty with {@link
   *     SessionHash#NGINX}
   */
  public record Session(List<String> cookies, SessionHash hash, String salt, Anonymous anonymous) {}

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
      boolean httpOnly) {}

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
      AfterRollback afterRollback) {}

  /**
   * @param size most entries kept, 0 switches learning off
   * @param expiry after the last use
   */
  public record Learned(int size, Duration expiry) {}

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
