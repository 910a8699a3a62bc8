package dev.crossfade.forward;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The one look of the pages that the proxy makes itself: light or dark as the browser has it, from
 * phone to wide screen. Small, since they are sent when there is much to send; without anything
 * that would have to be fetched from a site which may be down.
 */
final class Page {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1b2430;--soft:#586474;--ground:#f3f5f8;--card:#fff;--line:#dde2e9;--act:#1d4fd7;--on-act:#fff;--old:#1f5fc4;--new:#a84a08}
      @media(prefers-color-scheme:dark){:root{--ink:#e9edf3;--soft:#a7b1bf;--ground:#11151b;--card:#1a2029;--line:#313a47;--act:#93b5ff;--on-act:#0c1424;--old:#86b6ff;--new:#ffae63}}
      *{box-sizing:border-box}
      body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--ground)}
      main{width:100%;max-width:36rem;padding:clamp(1.5rem,6vw,3rem);background:var(--card);border:1px solid var(--line);border-radius:1rem;overflow-wrap:anywhere}
      h1{margin:0 0 .75rem;font-size:clamp(1.5rem,5vw,2rem);line-height:1.25;font-weight:650}
      p{margin:0 0 1rem}
      .acts{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1.5rem;margin:1.75rem 0 0}
      a{color:var(--act)}
      form{margin:0}
      .button,button{display:inline-block;padding:.6rem 1.4rem;font:inherit;font-weight:600;color:var(--on-act);background:var(--act);border:1px solid var(--act);border-radius:.6rem;text-decoration:none;cursor:pointer}
      .button:hover,button:hover{filter:brightness(1.1)}
      :focus-visible{outline:3px solid var(--act);outline-offset:3px}
      label{display:block;margin:0 0 .3rem;font-weight:600}
      input{width:100%;padding:.6rem .8rem;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:.6rem}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.5rem;margin:1.25rem 0 0;padding:1rem 1.25rem;background:var(--ground);border-radius:.6rem}
      dt{color:var(--soft)}
      dd{margin:0}
      .old{color:var(--old)}
      .new{color:var(--new)}
      .status{margin:1.75rem 0 0;font-size:.875rem;color:var(--soft)}
      """;

  /**
   * Nothing but this style and the empty icon, which spares the question for {@code /favicon.ico}.
   */
  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + digest(STYLE)
          + "'; img-src data:; base-uri 'none'";

  /** Content-Security-Policy of a page that sends nothing. */
  static final String READ_ONLY_POLICY = POLICY + "; form-action 'none'";

  /** Content-Security-Policy of a page with forms, which nobody may put into a page of theirs. */
  static final String FORM_POLICY = POLICY + "; form-action 'self'; frame-ancestors 'none'";

  private Page() {}

  /**
   * A whole document.
   *
   * @param title text, ready to stand in HTML
   * @param content HTML
   */
  static String of(Words words, String title, String content) {
    return """
        <!DOCTYPE html>
        <html lang="%s">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <link rel="icon" href="data:,">
        <style>%s</style>
        </head>
        <body>
        <main>
        <h1>%s</h1>
        %s
        </main>
        </body>
        </html>
        """
        .formatted(words.tag(), title, STYLE, title, content.strip());
  }

  private static String digest(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder().encodeToString(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
