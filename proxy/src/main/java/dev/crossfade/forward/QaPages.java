package dev.crossfade.forward;

import dev.crossfade.http.RequestHead;
import dev.crossfade.http.Verb;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two pages by which testers set and remove the upgrade cookie. The token, where one is
 * configured, is asked for and never shown.
 */
final class QaPages {
  private static final long MAX_AGE_SECONDS = 30L * 24 * 60 * 60;

  /**
   * The address of the page may hold the token, which must not get to the application as Referer.
   */
  private static final List<String> FIELDS =
      List.of("Cache-Control", "no-store", "Referrer-Policy", "no-referrer");

  private QaPages() {}

  /** Whether the request is for one of the pages. */
  static boolean serves(SplitSettings.Upgrade upgrade, RequestHead head) {
    return upgrade.pages()
        && (head.verb() == Verb.GET || head.verb() == Verb.HEAD)
        && (isPath(head, upgrade.enablePath()) || isPath(head, upgrade.disablePath()));
  }

  /**
   * The page.
   *
   * @param without the side on which the browser is without the upgrade cookie
   * @param honoured whether the upgrade cookie counts at present
   */
  static OwnAnswer answer(
      SplitSettings.Upgrade upgrade,
      RequestHead head,
      Side without,
      boolean honoured,
      boolean secure) {
    return isPath(head, upgrade.disablePath())
        ? disabled(upgrade, without, secure)
        : enable(upgrade, query(head), without, honoured, secure);
  }

  private static OwnAnswer enable(
      SplitSettings.Upgrade upgrade,
      @Nullable String query,
      Side without,
      boolean honoured,
      boolean secure) {
    String token = upgrade.token();
    if (token != null) {
      String given = parameter(query, "token");
      if (given == null) {
        return form(200, "OK", "<p>The new version is for those who know the token.</p>");
      }
      if (!MessageDigest.isEqual(
          given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
        return form(403, "Forbidden", "<p>That is not the token.</p>");
      }
    }
    return set(
        cookie(upgrade, token == null ? "1" : token, MAX_AGE_SECONDS, secure),
        honoured
            ? Page.of(
                "You are on the new version",
                "<p>This browser now sees the <strong>new</strong> version of the site.</p>"
                    + links(upgrade.disablePath(), "Back to where I was"))
            : Page.of(
                "You are on the " + without.label() + " version",
                "<p>This browser will see the new version once it is open again; until then it"
                    + " sees the <strong>"
                    + without.label()
                    + "</strong> version, like any other visitor.</p>"
                    + links(upgrade.disablePath(), "Back to where I was")));
  }

  private static OwnAnswer set(String cookie, String page) {
    List<String> fields = new ArrayList<>(FIELDS);
    fields.add("Set-Cookie");
    fields.add(cookie);
    return OwnAnswer.page(200, "OK", fields, page);
  }

  private static String links(String path, String text) {
    return "<p><a href=\"/\">To the site</a> · <a href=\""
        + escape(path)
        + "\">"
        + text
        + "</a></p>";
  }

  private static OwnAnswer form(int status, String reason, String words) {
    return OwnAnswer.page(
        status,
        reason,
        FIELDS,
        Page.of(
            "See the new version",
            words
                + "<form method=\"get\"><label>Token <input type=\"password\" name=\"token\""
                + " autocomplete=\"off\" required></label> <button>Enable</button></form>"));
  }

  private static OwnAnswer disabled(SplitSettings.Upgrade upgrade, Side without, boolean secure) {
    return set(
        cookie(upgrade, "", 0, secure),
        Page.of(
            "You are on the " + without.label() + " version",
            "<p>The upgrade cookie is removed. This browser now sees the <strong>"
                + without.label()
                + "</strong> version, like any other visitor.</p>"
                + links(upgrade.enablePath(), "See the new version")));
  }

  private static String cookie(
      SplitSettings.Upgrade upgrade, String value, long maxAge, boolean secure) {
    return upgrade.cookie()
        + "="
        + value
        + "; Path=/; Max-Age="
        + maxAge
        + "; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
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

  private static @Nullable String query(RequestHead head) {
    String target =
        new String(
            head.bytes(),
            head.pathStart(),
            head.targetEnd() - head.pathStart(),
            StandardCharsets.ISO_8859_1);
    int mark = target.indexOf('?');
    return mark < 0 ? null : target.substring(mark + 1);
  }

  private static @Nullable String parameter(@Nullable String query, String name) {
    if (query == null) {
      return null;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          // A broken escape is no token.
          return "";
        }
      }
    }
    return null;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
