package dev.crossfade.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which admin API to speak to, and as whom. */
final class AdminOptions {
  static final String DEFAULT_ADMIN = "http://127.0.0.1:9900";

  /** RFC 6750, section 2.1: what may stand behind "Bearer". */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "The admin API; else CROSSFADE_ADMIN, else " + DEFAULT_ADMIN + ".")
  private @Nullable String admin;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the token; else the token in CROSSFADE_TOKEN, else none.")
  private @Nullable String tokenFile;

  /**
   * A client for the admin API that these options name.
   *
   * @param general options given before the command; these here go first
   * @throws CommandFailure if the address is none, or the token cannot be read
   */
  AdminClient client(AdminOptions general, Map<String, String> environment) {
    String address =
        firstOf(admin, general.admin, environment.get("CROSSFADE_ADMIN"), DEFAULT_ADMIN);
    String file = firstOf(tokenFile, general.tokenFile);
    String token = environment.getOrDefault("CROSSFADE_TOKEN", "").strip();
    return new AdminClient(
        parse(address),
        file != null ? read(file) : token.isEmpty() ? null : checked(token, "CROSSFADE_TOKEN"));
  }

  private static URI parse(String address) {
    // An empty value is a mistake, often a variable that was not set, and never means the default.
    if (address.isBlank()) {
      throw new CommandFailure(
          ExitCode.USAGE, "The admin URL (--admin or CROSSFADE_ADMIN) is empty.");
    }
    try {
      URI uri = new URI(address.contains("://") ? address : "http://" + address);
      if (uri.getHost() != null
          && (uri.getScheme().equals("http") || uri.getScheme().equals("https"))
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && uri.getPort() <= 65535) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new CommandFailure(
        ExitCode.USAGE,
        "'" + address + "' is no admin URL; expected one like " + DEFAULT_ADMIN + ".");
  }

  private static String read(String file) {
    String token;
    try {
      token = Files.readString(Path.of(file)).strip();
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "The token file " + file + " can't be read.");
    }
    return checked(token, "The token file " + file);
  }

  /** The token itself is never shown. */
  private static String checked(String token, String source) {
    if (!TOKEN.matcher(token).matches()) {
      throw new CommandFailure(
          ExitCode.USAGE, source + " holds no token: one line of visible ASCII is expected.");
    }
    return token;
  }

  private static String firstOf(
      @Nullable String a, @Nullable String b, @Nullable String c, String d) {
    String first = firstOf(firstOf(a, b), c);
    return first != null ? first : d;
  }

  private static @Nullable String firstOf(@Nullable String a, @Nullable String b) {
    return a != null ? a : b;
  }
}
