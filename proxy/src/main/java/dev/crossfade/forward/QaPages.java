package dev.crossfade.forward;

import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.split.SplitSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * The two pages by which testers set and remove the upgrade cookie, and which tell them the side
 * that they are on and why. Work without scripts. The token, where one is configured, is asked for
 * and never shown. What tells how far the split is goes to testers only.
 */
final class QaPages {
  private static final long MAX_AGE_SECONDS = 30L * 24 * 60 * 60;

  /**
   * The address of the page may hold the token, which must not get to the application as Referer.
   */
  private static final List<String> FIELDS =
      List.of(
          "Cache-Control",
          "no-store",
          "Content-Security-Policy",
          Page.FORM_POLICY,
          "Referrer-Policy",
          "no-referrer",
          "X-Content-Type-Options",
          "nosniff",
          "X-Robots-Tag",
          "noindex");

  private final SplitSettings.Upgrade upgrade;
  private final QaRequest request;
  private final Words words;
  private final BrowserSide browser;
  private final boolean secure;

  /**
   * The pages for one request.
   *
   * @param secure whether the client came by TLS
   */
  QaPages(SplitSettings.Upgrade upgrade, QaRequest request, BrowserSide browser, boolean secure) {
    this.upgrade = upgrade;
    this.request = request;
    this.words = request.language().words();
    this.browser = browser;
    this.secure = secure;
  }

  /** The answer to a request without a form. */
  OwnAnswer answer() {
    if (!request.deliberate()) {
      return standing(403, "Forbidden", words.of("qa.asked.not"));
    }
    if (request.looks()) {
      return standing(200, "OK", heldInVain());
    }
    if (!request.enables()) {
      return side(200, "OK", browser.without(), words.of("qa.disabled"), false)
          .with("Set-Cookie", cookie("", 0));
    }
    String given = request.token();
    if (upgrade.token() == null) {
      return enabled();
    }
    if (given == null) {
      return browser.upgraded()
          ? standing(200, "OK", heldInVain())
          : form(200, "OK", "qa.form.text");
    }
    // The token must not stay in the address, and a page without scripts can only go to another.
    return isToken(given)
        ? enabled().with("Refresh", "0; url=" + lookPath())
        : form(403, "Forbidden", "qa.form.wrong");
  }

  /** The answer to a form with this token. */
  OwnAnswer answer(String token) {
    if (!request.deliberate()) {
      return standing(403, "Forbidden", words.of("qa.asked.not"));
    }
    if (!isToken(token)) {
      return form(403, "Forbidden", "qa.form.wrong");
    }
    return enabled(303, "See Other").with("Location", lookPath());
  }

  /** In a time that depends on the length of what was sent, not on how much of it is right. */
  private boolean isToken(String given) {
    String token = upgrade.token();
    return token != null
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  private OwnAnswer enabled() {
    return enabled(200, "OK");
  }

  private OwnAnswer enabled(int status, String reason) {
    String token = upgrade.token();
    boolean honoured = browser.plan().state().upgradeHonoured();
    return side(
            status,
            reason,
            browser.enabled(),
            honoured ? "" : words.of("qa.enabled.not-honoured"),
            true)
        .with("Set-Cookie", cookie(token == null ? "1" : token, MAX_AGE_SECONDS));
  }

  private String lookPath() {
    return upgrade.enablePath() + "?" + QaRequest.LOOK;
  }

  // ---- what they say ----------------------------------------------------------------------------

  private String heldInVain() {
    return browser.upgraded() && !browser.plan().state().upgradeHonoured()
        ? words.of("qa.held.not-honoured")
        : "";
  }

  /** The page that changes nothing. */
  private OwnAnswer standing(int status, String reason, String news) {
    return side(status, reason, browser.now(), news, browser.upgraded());
  }

  /**
   * The page that tells the side.
   *
   * @param news what has come of the request; empty for nothing that would have to be said
   * @param tests whether the browser has the upgrade cookie from now on
   */
  private OwnAnswer side(
      int status, String reason, Assignment assignment, String news, boolean tests) {
    StringBuilder content = new StringBuilder(1024);
    paragraph(content, news);
    paragraph(content, why(assignment));
    paragraph(content, note(assignment, tests));
    facts(content, assignment, tests || upgrade.token() == null);
    boolean never = !tests && assignment.reason() == Reason.UPGRADE;
    content.append("<div class=\"acts\">");
    if (!tests) {
      button(content, upgrade.enablePath(), "qa.enable");
    }
    if (tests || never) {
      button(content, upgrade.disablePath(), "qa.disable");
    }
    content.append("<a href=\"/\">").append(words.of("qa.site")).append("</a></div>");
    String title = words.of(assignment.side() == Side.NEW ? "qa.on.new" : "qa.on.old");
    return OwnAnswer.page(status, reason, FIELDS, Page.of(words, title, content.toString()));
  }

  private OwnAnswer form(int status, String reason, String text) {
    StringBuilder content = new StringBuilder(1024);
    paragraph(content, words.of(text));
    content.append(
        """
        <form method="post" action="%s"><label for="token">%s</label>
        <input id="token" type="password" name="token" autocomplete="off" autofocus required>
        <p class="acts"><button>%s</button></p></form>
        """
            .formatted(
                Words.escape(upgrade.enablePath()),
                words.of("qa.form.token"),
                words.of("qa.enable")));
    facts(content, browser.now(), false);
    return OwnAnswer.page(
        status, reason, FIELDS, Page.of(words, words.of("qa.form.title"), content.toString()));
  }

  private String why(Assignment assignment) {
    String key = "qa.why." + assignment.reason().label();
    return switch (assignment.reason()) {
      case UPGRADE, BUCKET -> words.of(key + "." + assignment.side().label());
      case RULE, PINNED, FIRST, FAILOVER -> words.of(key);
    };
  }

  private String note(Assignment assignment, boolean tests) {
    Side side = assignment.side();
    if (browser.closed(side)) {
      boolean passes = tests && browser.plan().state().upgradeHonoured();
      return words.of(passes ? "qa.note.closed-but" : "qa.note.closed");
    }
    return side == Side.NEW && !browser.newAvailable() ? words.of("qa.note.new-away") : "";
  }

  /**
   * The decision in the words of API, metrics and headers, which are those of testers too.
   *
   * @param all with what is for testers only
   */
  private void facts(StringBuilder content, Assignment assignment, boolean all) {
    String side = assignment.side().label();
    content.append("<dl>\n");
    fact(content, "side", "<strong class=\"%1$s\" lang=\"en\">%1$s</strong>".formatted(side));
    fact(content, "reason", "<span lang=\"en\">" + assignment.reason().label() + "</span>");
    String rule = browser.rule();
    if (all && rule != null) {
      fact(content, "rule", Words.escape(rule));
    }
    if (all && assignment.bucket() != Assignment.NO_BUCKET) {
      TrafficPlan plan = browser.plan();
      int threshold = plan.state().threshold();
      fact(content, "bucket", words.of("qa.fact.bucket.of", assignment.bucket()));
      fact(content, "threshold", words.of("qa.fact.threshold.below", threshold, threshold / 100.0));
    }
    content.append("</dl>\n");
  }

  private void fact(StringBuilder content, String name, String html) {
    content.append("<dt>%s</dt><dd>%s</dd>\n".formatted(words.of("qa.fact." + name), html));
  }

  private static void paragraph(StringBuilder content, String text) {
    if (!text.isEmpty()) {
      content.append("<p>").append(text).append("</p>\n");
    }
  }

  /** A form and not a link: what follows links ahead of its reader does not send forms. */
  private void button(StringBuilder content, String path, String text) {
    content.append(
        "<form action=\"%s\"><button>%s</button></form>\n"
            .formatted(Words.escape(path), words.of(text)));
  }

  private String cookie(String value, long maxAge) {
    return upgrade.cookie()
        + "="
        + value
        + "; Path=/; Max-Age="
        + maxAge
        + "; HttpOnly; SameSite=Lax"
        + (secure ? "; Secure" : "");
  }
}
