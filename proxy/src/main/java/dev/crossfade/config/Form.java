package dev.crossfade.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What a value must look like.
 *
 * @param expected for people, after the word "expected"
 * @param parser makes the value of its text
 */
record Form<T>(String expected, Parser<T> parser) {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  // The digits are bounded: a number is never worth more time than it takes to type it.
  private static final Pattern PERCENTAGE =
      Pattern.compile("-?\\d{1,20}(\\.\\d{1,20})?([eE][+-]?\\d{1,2})?(\\s*%)?");
  private static final Pattern WITH_UNIT = Pattern.compile("\\d{1,12}(\\.\\d{1,9})?\\s*[A-Za-z]+");
  private static final Pattern SIZE = Pattern.compile("\\d{1,12}(\\.\\d{1,9})?\\s*[A-Za-z]*");
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** Makes a value of its text. */
  @FunctionalInterface
  interface Parser<T> {
    /**
     * @return null where the text is not of the form
     * @throws Unfit where it is, but can't be used
     */
    @Nullable T parse(String text) throws Unfit;
  }

  /** A form that a pattern tells. */
  static Form<String> matching(Pattern pattern, String expected) {
    return new Form<>(expected, text -> pattern.matcher(text).matches() ? text : null);
  }

  /** Any text. */
  static Form<String> text() {
    return new Form<>("a text", text -> text);
  }

  static Form<String> nonBlank(String expected) {
    return new Form<>(expected, text -> text.isBlank() ? null : text);
  }

  /** A regular expression of the JDK's dialect. */
  static Form<String> regex() {
    return new Form<>(
        "a regular expression",
        text -> {
          try {
            Pattern.compile(text);
            return text.isEmpty() ? null : text;
          } catch (PatternSyntaxException e) {
            throw new Unfit(
                "is no regular expression: " + e.getDescription() + " in \"" + text + "\"");
          }
        });
  }

  static Form<Boolean> onOff() {
    return new Form<>(
        "on or off",
        text ->
            switch (text) {
              case "on", "true", "yes" -> true;
              case "off", "false", "no" -> false;
              default -> null;
            });
  }

  /** One of the words of an enum: its names in lower case with dashes. */
  static <E extends Enum<E>> Form<E> oneOf(Class<E> words) {
    return oneOf(words, word -> word.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  static <E extends Enum<E>> Form<E> oneOf(Class<E> words, Function<E, String> label) {
    List<E> all = Arrays.asList(words.getEnumConstants());
    return new Form<>(
        either(all.stream().map(label).toList()),
        text ->
            all.stream().filter(word -> label.apply(word).equals(text)).findFirst().orElse(null));
  }

  /** "a, b or c". */
  static String either(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /** A percentage as a threshold, 0 … 10,000. Exact: 0.1 has no double. */
  static Form<Integer> percent() {
    return new Form<>(
        "a percentage from 0 to 100 in steps of 0.01, such as 12.5",
        text -> {
          if (!PERCENTAGE.matcher(text).matches()) {
            return null;
          }
          BigDecimal percent = new BigDecimal(text.replace("%", "").strip());
          boolean inRange = percent.signum() >= 0 && percent.compareTo(HUNDRED) <= 0;
          return inRange && percent.stripTrailingZeros().scale() <= 2
              ? percent.movePointRight(2).intValueExact()
              : null;
        });
  }

  /**
   * A duration with its unit.
   *
   * @param least that is accepted
   */
  static Form<Duration> duration(Duration least) {
    return new Form<>(
        "a duration from "
            + (least.compareTo(A_SECOND) < 0 ? least.toMillis() + "ms" : least.toSeconds() + "s")
            + " to 36500d, such as "
            + (least.compareTo(A_SECOND) < 0 ? "500ms, " : "")
            + "30s, 12h or 90 days",
        text -> {
          if (!WITH_UNIT.matcher(text).matches()) {
            return null;
          }
          try {
            Duration duration = alone(text).getDuration("it");
            return duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0
                ? duration
                : null;
          } catch (ConfigException.BadValue e) {
            return null;
          }
        });
  }

  /** A number of bytes, with a unit or without. */
  static Form<Long> size(long least, long most) {
    return new Form<>(
        "a size from " + inUnits(least) + " to " + inUnits(most) + ", such as 8KiB",
        text -> {
          if (!SIZE.matcher(text).matches()) {
            return null;
          }
          try {
            long bytes = alone(text).getBytes("it");
            return bytes >= least && bytes <= most ? bytes : null;
          } catch (ConfigException.BadValue e) {
            return null;
          }
        });
  }

  private static String inUnits(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    while (unit < units.length - 1 && bytes >= 1024 && bytes % 1024 == 0) {
      bytes /= 1024;
      unit++;
    }
    return bytes + units[unit];
  }

  /** A number of bytes that an int can hold. */
  static Form<Integer> intSize(int least, int most) {
    Form<Long> size = size(least, most);
    return new Form<>(
        size.expected,
        text -> {
          Long bytes = size.parser.parse(text);
          return bytes == null ? null : Math.toIntExact(bytes);
        });
  }

  static Form<Integer> count(int least, int most) {
    return new Form<>(
        "a whole number from " + least + " to " + most,
        text -> {
          if (!text.matches("\\d{1,10}")) {
            return null;
          }
          long number = Long.parseLong(text);
          return number >= least && number <= most ? (int) number : null;
        });
  }

  /**
   * The value of a text that is known to be of the form.
   *
   * @throws IllegalStateException if it is not
   */
  T trusted(String text) {
    try {
      T value = parser.parse(text);
      if (value != null) {
        return value;
      }
    } catch (Unfit e) {
      throw new IllegalStateException("bad default: " + text, e);
    }
    throw new IllegalStateException("bad default: " + text);
  }

  /** The library knows the units. */
  private static Config alone(String text) {
    return ConfigFactory.empty().withValue("it", ConfigValueFactory.fromAnyRef(text));
  }
}
