package dev.crossfade.config;

import com.typesafe.config.ConfigValueFactory;
import dev.crossfade.accesslog.AccessLogSettings;
import dev.crossfade.split.SplitSettings.Upgrade;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that the configuration names, by paths relative to its own folder. What is secret in them
 * never gets into a message.
 */
final class NamedFiles {
  private static final int LARGEST = 1 << 20;
  // 32 bytes or more, two digits each.
  private static final Pattern KEY = Pattern.compile("([0-9A-Fa-f]{2}){32,}");
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");
  // RFC 6265, 4.1.1.
  private static final Pattern COOKIE_VALUE = Pattern.compile("[\\x21-\\x7e&&[^\",;\\\\]]+");

  private final Path base;

  /** What stands in the files, by their names as JSON. */
  private final Map<String, String> fingerprints = new HashMap<>();

  /**
   * @param base the folder that relative paths start from
   */
  NamedFiles(Path base) {
    this.base = base;
  }

  /** A path, whether there is something or not. */
  Form<Path> path() {
    return new Form<>("a path", this::resolve);
  }

  /** A log that lines are added to: a file that is there or can be made, or standard error. */
  Form<Path> log() {
    return new Form<>(
        "the path of a file, or - for standard error",
        text -> {
          if (text.equals(AccessLogSettings.STANDARD_ERROR.toString())) {
            return AccessLogSettings.STANDARD_ERROR;
          }
          Path file = resolve(text);
          if (file != null) {
            checkLog(file);
          }
          return file;
        });
  }

  private static void checkLog(Path file) throws Unfit {
    if (Files.isDirectory(file)) {
      throw new Unfit(file + " is a folder");
    }
    if (Files.exists(file)) {
      if (!Files.isWritable(file)) {
        throw new Unfit(file + " can't be written");
      }
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new Unfit("there is no folder " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new Unfit("no file can be made in " + folder);
    }
  }

  /** What stands in a page: HTML in UTF-8, with what else may stand in one. */
  Form<byte[]> page() {
    return new Form<>(
        "the path of an HTML file",
        text -> {
          Path file = resolve(text);
          if (file == null) {
            return null;
          }
          content(file);
          remember(text, file);
          byte[] page = bytes(file);
          try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(page));
            return page;
          } catch (CharacterCodingException e) {
            throw new Unfit(file + " is no text in UTF-8");
          }
        });
  }

  /** A file of keys, one of at least 32 bytes in hex a line. */
  Form<Path> keyFile() {
    return checked("the path of a key file", NamedFiles::checkKeys);
  }

  /** A file of one line, the token. */
  Form<Path> tokenFile() {
    return checked("the path of a token file", NamedFiles::token);
  }

  /** A chain of certificates in PEM, the server's own first. */
  Form<Path> certificate() {
    return checked("the path of a certificate", file -> PemPair.certificate(file, content(file)));
  }

  /** A private key in PEM. */
  Form<Path> privateKey() {
    return checked("the path of a private key", file -> PemPair.privateKey(file, content(file)));
  }

  /**
   * Checks that the key is that of the certificate.
   *
   * @throws Unfit if it is another's, or one of the two can't be used
   */
  static void checkPair(Path certificate, Path key) throws Unfit {
    PemPair.check(
        PemPair.certificate(certificate, content(certificate)),
        PemPair.privateKey(key, content(key)),
        certificate,
        key);
  }

  private Form<Path> checked(String expected, Check check) {
    return new Form<>(
        expected,
        text -> {
          Path file = resolve(text);
          if (file != null) {
            check.on(file);
            remember(text, file);
          }
          return file;
        });
  }

  private void remember(String name, Path file) throws Unfit {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(file));
      fingerprints.put(
          ConfigValueFactory.fromAnyRef(name).render(), HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /**
   * What stands in the file of that name, to be compared with what stood in it before; empty for
   * what names no file that was read.
   *
   * @param json the name as a value of the configuration
   */
  String fingerprint(String json) {
    return fingerprints.getOrDefault(json, "");
  }

  @FunctionalInterface
  private interface Check {
    void on(Path file) throws Unfit;
  }

  /** The token in the file of that path, for the upgrade cookie. */
  Form<String> upgradeToken() {
    return new Form<>(
        "the path of a token file",
        text -> {
          Path file = resolve(text);
          if (file == null) {
            return null;
          }
          String token = token(file);
          remember(text, file);
          if (!COOKIE_VALUE.matcher(token).matches()) {
            throw new Unfit(
                "the token in "
                    + file
                    + " has characters that no cookie may carry (RFC 6265): \" , ; or \\");
          }
          if (Upgrade.NEVER.equals(token)) {
            throw new Unfit(
                file + " may not hold the token \"never\": that value of the cookie asks for old");
          }
          return token;
        });
  }

  private @Nullable Path resolve(String text) throws Unfit {
    if (text.isBlank()) {
      return null;
    }
    try {
      return base.resolve(text);
    } catch (InvalidPathException e) {
      throw new Unfit("is no path: " + e.getReason());
    }
  }

  private static void checkKeys(Path file) throws Unfit {
    List<String> lines = content(file).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !KEY.matcher(line).matches()) {
        throw new Unfit(
            "line " + (i + 1) + " of " + file + " is no key: expected at least 32 bytes in hex");
      }
    }
  }

  private static String token(Path file) throws Unfit {
    List<String> lines =
        content(file).lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (lines.size() != 1) {
      throw new Unfit(file + " holds " + lines.size() + " lines, expected one with the token");
    }
    if (!VISIBLE_ASCII.matcher(lines.get(0)).matches()) {
      throw new Unfit("the token in " + file + " has characters other than visible ASCII");
    }
    return lines.get(0);
  }

  private static String content(Path file) throws Unfit {
    if (!Files.exists(file)) {
      throw new Unfit("there is no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new Unfit(file + " is no regular file");
    }
    byte[] bytes = bytes(file);
    String content = new String(bytes, StandardCharsets.UTF_8);
    if (content.isBlank()) {
      throw new Unfit(file + " is empty");
    }
    if (bytes.length > LARGEST) {
      throw new Unfit(file + " is larger than 1 MiB");
    }
    return content;
  }

  private static byte[] bytes(Path file) throws Unfit {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(LARGEST + 1);
    } catch (IOException e) {
      throw new Unfit(file + " can't be read");
    }
  }
}
