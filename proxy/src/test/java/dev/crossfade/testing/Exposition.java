package dev.crossfade.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code /metrics} says, and takes nothing that the formats' definitions do not: the
 * text format 0.0.4 and OpenMetrics 1.0. A series is written with its labels in the order of their
 * names.
 */
public final class Exposition {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final Pattern SAMPLE =
      Pattern.compile("(" + NAME + ")(\\{[^}]*})? (-?[0-9.]+(?:[eE][+-]?[0-9]+)?|NaN|[+-]Inf)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
  private static final Pattern META =
      Pattern.compile("# (HELP|TYPE|UNIT) (" + NAME + ")(?: (.*))?");

  /** The endings of samples' names by format and type. */
  private static final Map<String, List<String>> ENDINGS =
      Map.of(
          "text gauge", List.of(""),
          "text counter", List.of(""),
          "text histogram", List.of("_bucket", "_sum", "_count"),
          "text summary", List.of("", "_sum", "_count"),
          "open gauge", List.of(""),
          "open counter", List.of("_total", "_created"),
          "open info", List.of("_info"),
          "open histogram", List.of("_bucket", "_sum", "_count", "_created"),
          "open summary", List.of("", "_sum", "_count", "_created"));

  /**
   * A family.
   *
   * @param samples by series, as {@code name{label="value"}}
   */
  public record Family(String name, String type, Map<String, Double> samples) {}

  private final String format;
  private final Map<String, Family> families = new LinkedHashMap<>();
  private final Set<String> meta = new HashSet<>();
  private @Nullable String current;

  private Exposition(String format) {
    this.format = format;
  }

  /** Reads the text format. */
  public static Map<String, Family> text(String body) {
    return new Exposition("text").read(body);
  }

  /** Reads OpenMetrics. */
  public static Map<String, Family> openMetrics(String body) {
    require(body.endsWith("\n# EOF\n"), "ends with # EOF", "the end");
    return new Exposition("open").read(body.substring(0, body.length() - "# EOF\n".length()));
  }

  /** All samples of families. */
  public static Map<String, Double> samples(Map<String, Family> families) {
    Map<String, Double> all = new TreeMap<>();
    families.values().forEach(family -> all.putAll(family.samples()));
    return all;
  }

  private Map<String, Family> read(String body) {
    require(body.endsWith("\n"), "ends with a line feed", "the end");
    for (String line : body.substring(0, body.length() - 1).split("\n", -1)) {
      if (line.startsWith("#")) {
        about(line);
      } else {
        sample(line);
      }
    }
    families.values().stream()
        .filter(family -> family.type().equals("histogram"))
        .forEach(Exposition::requireCumulative);
    return families;
  }

  private void about(String line) {
    Matcher about = META.matcher(line);
    require(about.matches(), "is HELP, TYPE or UNIT", line);
    String name = about.group(2);
    require(meta.add(about.group(1) + " " + name), "stands once", line);
    if (!name.equals(current)) {
      require(!families.containsKey(name), "stands with its family", line);
      current = name;
    }
    if (about.group(1).equals("TYPE")) {
      String type = about.group(3);
      require(ENDINGS.containsKey(format + " " + type), "names a type", line);
      families.put(name, new Family(name, type, new LinkedHashMap<>()));
    } else if (about.group(1).equals("UNIT")) {
      require(format.equals("open") && name.endsWith("_" + about.group(3)), "ends the name", line);
    }
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    require(sample.matches(), "is a sample", line);
    Family family = families.get(current);
    require(family != null, "comes behind its TYPE", line);
    String name = sample.group(1);
    require(
        ENDINGS.get(format + " " + family.type()).stream()
            .anyMatch(ending -> name.equals(family.name() + ending)),
        "is of the family above",
        line);
    double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
    boolean counts = !family.type().equals("gauge");
    require(!counts || value >= 0, "is no count below zero", line);
    String series = name + labels(sample.group(2));
    require(family.samples().put(series, value) == null, "is a series of its own", line);
  }

  private static String labels(@Nullable String text) {
    if (text == null) {
      return "";
    }
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(text.substring(1, text.length() - 1));
    int end = 0;
    while (label.find()) {
      require(label.start() == end, "has labels that are well-formed", text);
      require(labels.put(label.group(1), label.group(2)) == null, "names each label once", text);
      end = label.end();
    }
    require(end == text.length() - 2, "has labels that are well-formed", text);
    return series(labels);
  }

  /** Labels as they stand in a series. */
  public static String series(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
            .collect(Collectors.joining(",", "{", "}"));
  }

  private static void requireCumulative(Family family) {
    Map<String, List<Double>> buckets = new TreeMap<>();
    family
        .samples()
        .forEach(
            (series, value) -> {
              if (series.startsWith(family.name() + "_bucket")) {
                String others = series.replaceFirst("le=\"[^\"]*\",?", "").replace(",}", "}");
                buckets.computeIfAbsent(others, s -> new ArrayList<>()).add(value);
              }
            });
    buckets.forEach(
        (series, counts) -> {
          require(counts.equals(counts.stream().sorted().toList()), "only grows", series);
          Double count = family.samples().get(series.replace("_bucket", "_count"));
          require(counts.get(counts.size() - 1).equals(count), "ends with the count", series);
        });
  }

  private static void require(boolean holds, String what, String line) {
    if (!holds) {
      throw new AssertionError("Not so that it " + what + ": " + line);
    }
  }
}
