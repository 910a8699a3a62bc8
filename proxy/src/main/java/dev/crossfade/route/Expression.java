package dev.crossfade.route;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular expression over bytes, with a guard against those that take exponential time: each
 * match has so many looks at the text as any sensible expression needs, and one that needs more
 * counts as no match and is reported once. Safe from any thread; allocates nothing once a thread
 * has used it.
 *
 * <p>Each byte is a character of its own (ISO 8859-1); what is not ASCII in an expression stands
 * for its UTF-8 bytes, and so works in a literal but not in a character class.
 */
final class Expression {
  private static final Logger LOG = LoggerFactory.getLogger(Expression.class);

  private static final int LOOKS_AT_LEAST = 4096;
  private static final int LOOKS_PER_BYTE = 16;

  private final String description;
  private final ThreadLocal<Search> searches;
  private final AtomicBoolean reported = new AtomicBoolean();

  /**
   * Compiles an expression.
   *
   * @param description of what it belongs to, begins a sentence
   * @throws IllegalArgumentException if its syntax is wrong, in a full sentence
   */
  Expression(String regex, String description) {
    this.description = description;
    Pattern pattern;
    try {
      pattern =
          Pattern.compile(
              new String(regex.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          description + " is no regular expression: " + e.getDescription() + ".", e);
    }
    searches = ThreadLocal.withInitial(() -> new Search(pattern));
  }

  /** Whether it is found anywhere in these bytes. */
  boolean isFoundIn(byte[] bytes, int from, int to) {
    Search search = searches.get();
    try {
      return search.finds(bytes, from, to);
    } catch (TooManyLooks | StackOverflowError e) {
      if (reported.compareAndSet(false, true)) {
        LOG.warn(
            "{} takes too long over some requests; they count as not matched. Nested or adjacent"
                + " repetitions are the usual cause.",
            description);
      }
      return false;
    } finally {
      search.text.bytes = Text.NONE;
    }
  }

  private static final class Search {
    final Text text = new Text();
    private final Matcher matcher;

    Search(Pattern pattern) {
      matcher = pattern.matcher(text);
    }

    boolean finds(byte[] bytes, int from, int to) {
      text.bytes = bytes;
      text.from = from;
      text.length = to - from;
      text.looksLeft = LOOKS_AT_LEAST + LOOKS_PER_BYTE * (to - from);
      return matcher.reset(text).find();
    }
  }

  /** The bytes as characters, for a limited number of looks. */
  private static final class Text implements CharSequence {
    static final byte[] NONE = {};

    byte[] bytes = NONE;
    int from;
    int length;
    int looksLeft;

    @Override
    public char charAt(int index) {
      if (--looksLeft < 0) {
        throw new TooManyLooks();
      }
      return (char) (bytes[from + index] & 0xff);
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new String(bytes, from + start, end - start, StandardCharsets.ISO_8859_1);
    }
  }

  /** Without a stack trace, which would cost more than the match. */
  private static final class TooManyLooks extends RuntimeException {
    TooManyLooks() {
      super("too many looks at the text", null, false, false);
    }
  }
}
