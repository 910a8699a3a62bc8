package dev.crossfade.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that open the admin API. Kept and compared as SHA-256 digests, in constant time, so
 * that neither a slow comparison nor a heap dump gives one away.
 */
public final class Tokens {
  /** Nobody needs one. */
  public static final Tokens NONE = new Tokens(null, null);

  private final byte @Nullable [] operator;
  private final byte @Nullable [] viewer;

  private Tokens(byte @Nullable [] operator, byte @Nullable [] viewer) {
    this.operator = operator;
    this.viewer = viewer;
  }

  /**
   * Reads the token files that the settings name; each holds one token, blanks around it do not
   * count.
   *
   * @throws IllegalArgumentException if a file is missing, empty or holds more than a token; if
   *     there is a viewer's token without an operator's; or if an address that others can reach has
   *     none; in a full sentence that names the setting and never the token
   */
  public static Tokens of(AdminSettings settings) {
    byte[] operator = read("admin.token-file", settings.tokenFile());
    byte[] viewer = read("admin.viewer-token-file", settings.viewerTokenFile());
    if (viewer != null && operator == null) {
      throw new IllegalArgumentException(
          "admin.viewer-token-file is set without admin.token-file, so nobody could change"
              + " anything.");
    }
    if (operator == null && !settings.loopback()) {
      throw new IllegalArgumentException(
          "admin.address "
              + settings.address()
              + " can be reached from elsewhere, so admin.token-file is needed.");
    }
    return new Tokens(operator, viewer);
  }

  private static byte @Nullable [] read(String setting, @Nullable Path file) {
    if (file == null) {
      return null;
    }
    String token;
    try {
      token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(setting + ": " + file + " can't be read.", e);
    }
    if (token.isEmpty()) {
      throw new IllegalArgumentException(setting + ": " + file + " is empty.");
    }
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          setting + ": " + file + " must hold one token of visible ASCII characters.");
    }
    return digest(token);
  }

  /** Whether a token is needed at all. */
  boolean required() {
    return operator != null;
  }

  /** Whose token it is; null if nobody's. */
  @Nullable Role roleOf(String token) {
    byte[] digest = digest(token);
    // Both are compared whatever the first comparison says.
    boolean isOperator = MessageDigest.isEqual(digest, operator);
    boolean isViewer = MessageDigest.isEqual(digest, viewer);
    if (isOperator) {
      return Role.OPERATOR;
    }
    return isViewer ? Role.VIEWER : null;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(token.getBytes(StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /** What somebody may do. */
  enum Role {
    OPERATOR,
    VIEWER
  }
}
