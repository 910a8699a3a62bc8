package dev.crossfade.forward;

import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.Verb;
import dev.crossfade.split.SplitSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request for a QA page asks for.
 *
 * @param enables whether it is for the page that sets the upgrade cookie, not the one that removes
 *     it
 * @param sends whether it is the form, with the token in its body
 * @param looks whether it only wants to know the side
 * @param token the one in the address; null for none
 * @param deliberate whether somebody at the browser has asked for it
 * @param language in which it is answered
 */
record QaRequest(
    boolean enables,
    boolean sends,
    boolean looks,
    @Nullable String token,
    boolean deliberate,
    Language language) {

  /** The parameter that holds the token, in the address and in the form. */
  static final String TOKEN = "token";

  /** The parameter that asks to be told the side and to have nothing changed. */
  static final String LOOK = "look";

  /** The request as one for a QA page, null if it is none. */
  static @Nullable QaRequest of(SplitSettings.Upgrade upgrade, RequestHead head) {
    Verb verb = head.verb();
    boolean sends = verb == Verb.POST && upgrade.token() != null;
    if (!upgrade.pages() || verb != Verb.GET && verb != Verb.HEAD && !sends) {
      return null;
    }
    boolean enables = isPath(head, upgrade.enablePath());
    if (!enables && (sends || !isPath(head, upgrade.disablePath()))) {
      return null;
    }
    String query = query(head);
    return new QaRequest(
        enables,
        sends,
        parameter(query, LOOK) != null,
        parameter(query, TOKEN),
        isDeliberate(head, sends),
        Language.of(head));
  }

  /**
   * Whether a path is that of a QA page, whatever the method, so that a tester's token may stand in
   * the query behind it.
   *
   * @param b with the path from {@code from} to {@code to}, and in front of it perhaps the rest of
   *     an absolute form
   */
  static boolean isMeantFor(SplitSettings.Upgrade upgrade, byte[] b, int from, int to) {
    return upgrade.pages()
        && (endsWith(b, from, to, upgrade.enablePath())
            || endsWith(b, from, to, upgrade.disablePath()));
  }

  private static boolean endsWith(byte[] b, int from, int to, String path) {
    int at = to - path.length();
    if (at < from) {
      return false;
    }
    for (int i = 0; i < path.length(); i++) {
      if ((b[at + i] & 0xff) != path.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether somebody at the browser has asked for the page: followed a link to it or typed its
   * address, wherever that stood. Not if a page only has it as an image, a frame or a script, if it
   * is fetched before anyone asked for it, or if another site's page sends the form. Browsers say
   * so in fields that no page can set (Fetch Metadata), over TLS and on loopback; other clients,
   * which say nothing, are believed. Without those fields SameSite=Lax keeps the cookies of what
   * another site's page has in it from being set.
   */
  private static boolean isDeliberate(RequestHead head, boolean sends) {
    if (field(head, "sec-purpose").contains("prefetch")
        || field(head, "purpose").contains("prefetch")) {
      return false;
    }
    String site = field(head, "sec-fetch-site");
    String mode = field(head, "sec-fetch-mode");
    String destination = field(head, "sec-fetch-dest");
    boolean own = site.equals("same-origin") || site.equals("none");
    if (site.isEmpty() && mode.isEmpty() && destination.isEmpty()) {
      return isOwnOrigin(head);
    }
    boolean navigates =
        mode.equals("navigate") && (destination.isEmpty() || destination.equals("document"));
    // A script of the site's own may ask too: tests do.
    boolean fetches = own && (destination.isEmpty() || destination.equals("empty"));
    return sends ? own && (navigates || fetches) : navigates || fetches;
  }

  /** Origin is missing where a page is navigated to; "null" is what Referrer-Policy makes of it. */
  private static boolean isOwnOrigin(RequestHead head) {
    String origin = field(head, "origin");
    if (origin.isEmpty() || origin.equals("null")) {
      return true;
    }
    int from = head.hostStart();
    return from >= 0
        && origin.endsWith(
            "://"
                + new String(head.bytes(), from, head.hostEnd() - from, StandardCharsets.ISO_8859_1)
                    .toLowerCase(Locale.ROOT));
  }

  /** The value of a field in lower case, empty without one. */
  private static String field(RequestHead head, String name) {
    FieldTable fields = head.fields();
    for (int i = 0; i < fields.count(); i++) {
      if (text(head, fields.nameStart(i), fields.nameEnd(i)).equals(name)) {
        return text(head, fields.valueStart(i), fields.valueEnd(i));
      }
    }
    return "";
  }

  private static String text(RequestHead head, int from, int to) {
    return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1)
        .toLowerCase(Locale.ROOT);
  }

  private static boolean isPath(RequestHead head, String path) {
    byte[] b = head.bytes();
    int from = head.pathStart();
    int length = path.length();
    if (head.targetEnd() - from < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (b[from + i] != path.charAt(i)) {
        return false;
      }
    }
    return from + length == head.targetEnd() || b[from + length] == '?';
  }

  private static String query(RequestHead head) {
    String target =
        new String(
            head.bytes(),
            head.pathStart(),
            head.targetEnd() - head.pathStart(),
            StandardCharsets.ISO_8859_1);
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  /**
   * The first value of a parameter.
   *
   * @param pairs a query or a form (application/x-www-form-urlencoded)
   * @return null if there is no such parameter; empty for a value that can't be read
   */
  static @Nullable String parameter(String pairs, String name) {
    for (String pair : pairs.split("&", -1)) {
      int equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        try {
          return URLDecoder.decode(
              pair.substring(equals < 0 ? pair.length() : equals + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          // A broken escape is no token.
          return "";
        }
      }
    }
    return null;
  }
}
