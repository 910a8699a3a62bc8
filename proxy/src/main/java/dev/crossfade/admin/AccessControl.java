package dev.crossfade.admin;

import dev.crossfade.admin.Tokens.Role;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what.
 *
 * <p>With a token, the token decides. Without one, the API is on the loopback, where any program of
 * this machine may use it, but no web page: a page can make the browser send requests here, from
 * its own origin or by a name of its own that it points at 127.0.0.1 (DNS rebinding). The browser
 * then says so in Origin, Sec-Fetch-Site or Host.
 */
final class AccessControl {
  private static final Pattern BEARER =
      Pattern.compile("bearer +([^ ]+) *", Pattern.CASE_INSENSITIVE);
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)\\]|([0-9A-Za-z.-]+))(?::[0-9]{0,5})?");
  private static final Pattern ORIGIN = Pattern.compile("https?://(.+)", Pattern.CASE_INSENSITIVE);

  private volatile Tokens tokens;

  AccessControl(Tokens tokens) {
    this.tokens = tokens;
  }

  void replace(Tokens others) {
    tokens = others;
  }

  /** Who asks, by the token; where none is needed, the operator. Null if that is nobody. */
  @Nullable Role roleOf(HttpHeaders headers) {
    Tokens present = tokens;
    if (!present.required()) {
      return Role.OPERATOR;
    }
    List<String> fields = headers.getAll(HttpHeaderNames.AUTHORIZATION);
    return fields.size() == 1 ? role(present, fields.get(0)) : null;
  }

  void admit(AdminRequest request) throws Problem {
    if (tokens.required()) {
      admitByToken(request);
    } else {
      admitByPlace(request);
    }
  }

  /** To the page itself, which holds nothing: no token, but no foreign page's request either. */
  void admitToPage(AdminRequest request) throws Problem {
    if (!tokens.required()) {
      admitByPlace(request);
    }
  }

  private static void admitByToken(AdminRequest request) throws Problem {
    if (request.headers().getAll(HttpHeaderNames.AUTHORIZATION).size() > 1) {
      throw new Problem(400, "There is more than one Authorization.");
    }
    Role role = request.role();
    if (role == null) {
      throw new Problem(401, "A valid token is needed: Authorization: Bearer …")
          .with("WWW-Authenticate", "Bearer realm=\"crossfade\"");
    }
    if (role == Role.VIEWER && !request.reads()) {
      throw new Problem(403, "The viewer's token may read, but change nothing.");
    }
  }

  private static @Nullable Role role(Tokens tokens, String authorization) {
    Matcher bearer = BEARER.matcher(authorization);
    return bearer.matches() ? tokens.roleOf(bearer.group(1)) : null;
  }

  private static void admitByPlace(AdminRequest request) throws Problem {
    HttpHeaders headers = request.headers();
    String host = headers.get(HttpHeaderNames.HOST, "");
    if (!isLoopback(host)) {
      throw new Problem(
          403, "Without a token, Host must be localhost or an address of the loopback.");
    }
    for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
      Matcher web = ORIGIN.matcher(origin);
      if (!web.matches() || !web.group(1).equalsIgnoreCase(host)) {
        throw new Problem(403, "Requests from other web pages are refused.");
      }
    }
    // Reading is harmless, and a link to here from elsewhere may be followed.
    if (!request.reads() && headers.containsValue("sec-fetch-site", "cross-site", true)) {
      throw new Problem(403, "Requests from other web pages are refused.");
    }
  }

  private static boolean isLoopback(String host) {
    Matcher authority = AUTHORITY.matcher(host);
    if (!authority.matches()) {
      return false;
    }
    return AdminSettings.isLoopbackHost(
        authority.group(1) != null ? authority.group(1) : authority.group(2));
  }
}
