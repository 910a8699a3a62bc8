package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import java.util.Locale;

/**
 * A language of the proxy's own pages; what they say in it stands in {@code pages_xx.properties}.
 */
@SuppressWarnings("ImmutableEnumChecker") // words are, but a ResourceBundle is not known to be
public enum Language {
  ENGLISH(Locale.ENGLISH),
  GERMAN(Locale.GERMAN);

  private static final Language[] ALL = values();
  private static final int BEST_QUALITY = 1000;
  private static final int NO_WEIGHT = -1;

  /** Whatever is named first wins against what is as good; behind so many bytes nothing does. */
  private static final int PLACES = 1 << 16;

  private final byte first;
  private final byte second;
  private final Words words;

  Language(Locale locale) {
    String tag = locale.getLanguage();
    this.first = (byte) tag.charAt(0);
    this.second = (byte) tag.charAt(1);
    this.words = Words.in(locale);
  }

  /** What its pages say. */
  Words words() {
    return words;
  }

  /**
   * The one that the client likes best by its Accept-Language (RFC 9110 §12.5.4); English where it
   * likes none of them, or does not say. Regions count as their language, what is malformed is
   * passed over. Asked for each request of a browser, so it makes no garbage.
   */
  static Language of(RequestHead head) {
    FieldTable fields = head.fields();
    int field = fields.find(FieldName.ACCEPT_LANGUAGE, 0);
    if (field < 0) {
      return ENGLISH;
    }
    Language liked = ENGLISH;
    int most = 0;
    for (Language language : ALL) {
      int weight = language.weight(head.bytes(), fields, field);
      if (weight > most) {
        liked = language;
        most = weight;
      }
    }
    return liked;
  }

  /** How well it is liked: by quality first, then by its place; 0 for not at all. */
  private int weight(byte[] b, FieldTable fields, int firstField) {
    int named = NO_WEIGHT;
    int any = NO_WEIGHT;
    int place = PLACES - 1;
    for (int i = firstField; i >= 0; i = fields.find(FieldName.ACCEPT_LANGUAGE, i + 1)) {
      int at = fields.valueStart(i);
      int to = fields.valueEnd(i);
      while (at < to) {
        int end = indexOf(b, ',', at, to);
        int from = skipBlanks(b, at, end);
        int tagEnd = indexOf(b, ';', from, end);
        int quality = quality(b, tagEnd, end);
        int weight = quality == 0 ? 0 : quality * PLACES + place;
        if (isNamed(b, from, tagEnd)) {
          named = Math.max(named, weight);
        } else if (tagEnd > from && b[from] == '*') {
          any = Math.max(any, weight);
        }
        place = Math.max(0, place - 1);
        at = end + 1;
      }
    }
    return Math.max(0, named == NO_WEIGHT ? any : named);
  }

  private boolean isNamed(byte[] b, int from, int to) {
    return to - from >= 2
        && (b[from] | 0x20) == first
        && (b[from + 1] | 0x20) == second
        && (to - from == 2 || b[from + 2] == '-' || isBlank(b[from + 2]));
  }

  /** In thousandths: 1000 without one, 0 for one that is not valid. */
  private static int quality(byte[] b, int from, int to) {
    int at = skipBlanks(b, Math.min(from + 1, to), to);
    int end = to;
    while (end > at && isBlank(b[end - 1])) {
      end--;
    }
    if (at == end) {
      return from == to ? BEST_QUALITY : 0;
    }
    int digits = at + 2;
    if (end - digits < 1 || (b[at] | 0x20) != 'q' || b[at + 1] != '=') {
      return 0;
    }
    if (end - digits > 5 || end - digits > 1 && b[digits + 1] != '.') {
      return 0;
    }
    int quality = 0;
    for (int i = 0, unit = BEST_QUALITY; i < 5; i++) {
      if (i != 1) {
        int digit = digits + i < end ? b[digits + i] - '0' : 0;
        if (digit < 0 || digit > 9) {
          return 0;
        }
        quality += digit * unit;
        unit /= 10;
      }
    }
    return quality <= BEST_QUALITY ? quality : 0;
  }

  private static int indexOf(byte[] b, char wanted, int from, int to) {
    int at = from;
    while (at < to && b[at] != wanted) {
      at++;
    }
    return at;
  }

  private static int skipBlanks(byte[] b, int from, int to) {
    int at = from;
    while (at < to && isBlank(b[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }
}
