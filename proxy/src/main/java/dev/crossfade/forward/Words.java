package dev.crossfade.forward;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/**
 * What the proxy's own pages say in one language, ready to stand in HTML. Immutable; safe from any
 * thread.
 */
final class Words {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;

  private final Locale locale;
  private final ResourceBundle texts;

  private Words(Locale locale, ResourceBundle texts) {
    this.locale = locale;
    this.texts = texts;
  }

  /** Those of a language that there is. */
  static Words in(Locale locale) {
    return new Words(
        locale,
        ResourceBundle.getBundle(
            "dev.crossfade.forward.pages",
            locale,
            Words.class.getClassLoader(),
            // Whatever the machine speaks, nobody asked for it.
            Control.getNoFallbackControl(Control.FORMAT_PROPERTIES)));
  }

  /** The language's tag, for the attribute {@code lang}. */
  String tag() {
    return locale.toLanguageTag();
  }

  /**
   * A text.
   *
   * @param values what it has in its gaps
   */
  String of(String key, Object... values) {
    String text = texts.getString(key);
    return escape(values.length == 0 ? text : new MessageFormat(text, locale).format(values));
  }

  /** When to try again, roughly: nobody counts seconds. */
  String again(long seconds) {
    return of("again.then", roughly(seconds));
  }

  private String roughly(long seconds) {
    if (seconds < 10) {
      return texts.getString("again.moment");
    }
    if (seconds < 55) {
      return in("again.seconds", seconds);
    }
    long minutes = Math.max(1, (seconds + MINUTE / 2) / MINUTE);
    return minutes <= 50
        ? in("again.minutes", minutes)
        : in("again.hours", (seconds + HOUR / 2) / HOUR);
  }

  private String in(String key, long number) {
    return new MessageFormat(texts.getString(key), locale).format(new Object[] {number});
  }

  /** Text with all that means something in HTML taken away, also within quotes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
