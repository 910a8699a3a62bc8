package dev.crossfade.forward;

/** The plain look of the few pages that the proxy makes itself. */
final class Page {
  private Page() {}

  /**
   * A whole document.
   *
   * @param content HTML, already escaped
   */
  static String of(String title, String content) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem; color: #222; background: #fafafa }
        h1 { font-size: 1.5rem; font-weight: 600 }
        a { color: #0b57d0 }
        input, button { font: inherit; padding: .3rem .6rem }
        @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } a { color: #8ab4f8 } }
        </style>
        </head>
        <body>
        <h1>%s</h1>
        %s
        </body>
        </html>
        """
        .formatted(title, title, content);
  }
}
