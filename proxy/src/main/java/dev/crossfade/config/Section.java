package dev.crossfade.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cursor on one {@code { … }} of the configuration. Reads typed values, gathers what is wrong
 * with them instead of failing, and remembers which keys were asked for: {@link #refuseUnknownKeys}
 * refuses what is left.
 */
final class Section {
  private static final int LONGEST_SHOWN = 60;

  private final Reading reading;
  private final Node node;
  private final ConfigObject values;
  private final @Nullable ConfigObject defaults;
  private final Set<String> asked = new TreeSet<>();
  private final List<Section> parts = new ArrayList<>();
  private boolean clean = true;

  private Section(
      Reading reading, Node node, ConfigObject values, @Nullable ConfigObject defaults) {
    this.reading = reading;
    this.node = node;
    this.values = values;
    this.defaults = defaults;
  }

  /** The whole tree, into which the defaults have been merged. */
  static Section root(Reading reading, Node node, ConfigObject defaults) {
    return new Section(reading, node, (ConfigObject) node.value(), defaults);
  }

  /**
   * The section below. Where something else stands in its place, that is a problem, and the section
   * of the defaults is read on.
   */
  Section section(String key) {
    asked.add(key);
    Node place = node.child(key);
    ConfigObject below = (ConfigObject) byDefault(key);
    ConfigObject there = below;
    if (place.value() instanceof ConfigObject object) {
      there = object;
    } else {
      refuse(place, "expected a section in braces");
      place = new Node(place.path(), below, null, place.source());
    }
    return part(place, there, below);
  }

  /** The section below an entry of a list, null where there is none. */
  @Nullable Section optionalSection(String key) {
    asked.add(key);
    if (isAbsent(key)) {
      return null;
    }
    Node place = node.child(key);
    if (place.value() instanceof ConfigObject object) {
      return part(place, object, null);
    }
    refuse(place, "expected a section in braces");
    return null;
  }

  /** The value of a key that has a default; the default where the value is refused. */
  <T> T read(String key, Form<T> form) {
    asked.add(key);
    Node place = node.child(key);
    reading.value(place);
    return take(place, form).orElseGet(() -> form.trusted(text(byDefault(key))));
  }

  /** The value of a key that may be left out or null; null also where it is refused. */
  <T> @Nullable T optional(String key, Form<T> form) {
    asked.add(key);
    if (!values.containsKey(key)) {
      return null;
    }
    Node place = node.child(key);
    reading.value(place);
    return isAbsent(key) ? null : take(place, form).orElse(null);
  }

  /**
   * The values of a list, without those refused.
   *
   * @param what its elements are, in the plural
   */
  <T> List<T> list(String key, String what, Form<T> form) {
    List<T> accepted = new ArrayList<>();
    elements(key, what).forEach(element -> take(element, form).ifPresent(accepted::add));
    reading.value(node.child(key));
    return accepted;
  }

  /** As {@link #list}, and an empty list is refused. */
  <T> List<T> nonEmptyList(String key, String what, Form<T> form) {
    List<T> accepted = list(key, what, form);
    refuseEmpty(key, what);
    return accepted;
  }

  /**
   * The entries of a list of sections, without those refused.
   *
   * @param read makes something of an entry and its place, from 0, or reports why it can't
   */
  <T> List<T> entries(String key, String what, BiFunction<Section, Integer, Optional<T>> read) {
    List<T> accepted = new ArrayList<>();
    List<Node> elements = elements(key, what);
    if (elements.isEmpty()) {
      reading.value(node.child(key));
    }
    for (int i = 0; i < elements.size(); i++) {
      Node element = elements.get(i);
      if (element.value() instanceof ConfigObject object) {
        read.apply(part(element, object, null), i).ifPresent(accepted::add);
      } else {
        refuse(element, "expected an entry in braces");
      }
    }
    return accepted;
  }

  /**
   * The elements of a list that are a value each or, where more is to be said of one, an entry in
   * braces; without those refused.
   *
   * @param made makes of a value what an entry would be
   * @param read makes something of an entry, or reports why it can't
   */
  <V, T> List<T> valuesOrEntries(
      String key,
      String what,
      Form<V> form,
      Function<V, T> made,
      Function<Section, Optional<T>> read) {
    List<T> accepted = new ArrayList<>();
    for (Node element : elements(key, what)) {
      Optional<T> one =
          element.value() instanceof ConfigObject object
              ? read.apply(part(element, object, null))
              : take(element, form).map(made);
      one.ifPresent(accepted::add);
    }
    reading.value(node.child(key));
    return accepted;
  }

  /** Refuses a list without elements; one that is no list was refused already. */
  void refuseEmpty(String key, String what) {
    Node place = node.child(key);
    if (place.value() instanceof ConfigList list && list.isEmpty()) {
      say(place, "is empty, expected a list of " + what);
    }
  }

  /**
   * Refuses an entry that lacks a key. Not where it has unknown ones: one of them was meant to be
   * it. To be called after all keys were asked for.
   */
  void require(String key) {
    if (isAbsent(key) && unknownKeys().isEmpty()) {
      reading.problem(node.source(), node.pathOf(key), "is missing");
      clean = false;
    }
  }

  /**
   * Makes a record of what was read, unless something was wrong with it. What the record itself
   * refuses is reported with that of the keys that {@link #blamed} names, or with this section
   * where there is none.
   */
  <T> Optional<T> made(Supplier<T> record, String... keys) {
    if (!isClean()) {
      return Optional.empty();
    }
    try {
      return Optional.of(record.get());
    } catch (IllegalArgumentException e) {
      String text = String.valueOf(e.getMessage());
      if (keys.length == 0) {
        say(node, text);
      } else {
        refuse(blamed(keys), text);
      }
      return Optional.empty();
    }
  }

  /** Of keys whose values don't go together, the first that does not have its default. */
  private String blamed(String... keys) {
    return Arrays.stream(keys).filter(key -> !isDefault(key)).findFirst().orElse(keys[0]);
  }

  /** Whether the value of a key is not from the file. */
  boolean isDefault(String key) {
    return node.child(key).source().isDefault();
  }

  /** The path of a key from the root, for messages. */
  String pathOf(String key) {
    return node.pathOf(key);
  }

  /** The path of a key of this section or below, from here. */
  String relative(String path) {
    return path.substring(node.pathOf("").length());
  }

  /** Reports what is wrong with the value of a key. */
  void refuse(String key, String text) {
    say(node.child(key), text);
  }

  /**
   * Whether nothing was found wrong here and below. Unknown keys count in entries of lists, which
   * are read whole before anybody asks.
   */
  private boolean isClean() {
    return clean
        && (defaults != null || unknownKeys().isEmpty())
        && parts.stream().allMatch(Section::isClean);
  }

  /** Reports the keys that nobody asked for, here and below. */
  void refuseUnknownKeys() {
    for (String key : unknownKeys()) {
      say(
          node.child(key),
          "unknown key, "
              + Spelling.nearest(key, asked)
                  .map(near -> "did you mean " + near + "?")
                  .orElse("expected " + Form.either(List.copyOf(asked))));
    }
    parts.forEach(Section::refuseUnknownKeys);
  }

  private Set<String> unknownKeys() {
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(asked);
    return unknown;
  }

  private boolean isAbsent(String key) {
    ConfigValue value = values.get(key);
    return value == null || value.valueType() == ConfigValueType.NULL;
  }

  private Section part(Node place, ConfigObject there, @Nullable ConfigObject below) {
    Section part = new Section(reading, place, there, below);
    parts.add(part);
    return part;
  }

  private ConfigValue byDefault(String key) {
    ConfigValue value = defaults == null ? null : defaults.get(key);
    if (value == null) {
      throw new IllegalStateException(node.pathOf(key) + " has no default");
    }
    return value;
  }

  private List<Node> elements(String key, String what) {
    asked.add(key);
    Node place = node.child(key);
    if (!(place.value() instanceof ConfigList list)) {
      refuse(place, "expected a list of " + what);
      return List.of();
    }
    List<Node> elements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      elements.add(place.element(i));
    }
    return elements;
  }

  private <T> Optional<T> take(Node place, Form<T> form) {
    if (isScalar(place.value())) {
      String text = text(place.value());
      try {
        T value = Variables.holdsStandIn(text) ? null : form.parser().parse(text);
        if (value != null) {
          return Optional.of(value);
        }
      } catch (Unfit e) {
        say(place, String.valueOf(e.getMessage()));
        return Optional.empty();
      }
    }
    refuse(place, "expected " + form.expected());
    return Optional.empty();
  }

  /** Reports that something else was expected, or the variables that are not set. */
  private void refuse(Node place, String expected) {
    if (isScalar(place.value())) {
      List<String> unset = reading.variables.unsetIn(text(place.value()));
      if (!unset.isEmpty()) {
        say(place, "the variable " + String.join(", ", unset) + " is not set");
        return;
      }
    }
    say(place, expected + ", found " + shown(place.value()));
  }

  private void say(Node place, String text) {
    reading.problem(place.source(), place.path(), text);
    clean = false;
  }

  private static boolean isScalar(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> true;
      case OBJECT, LIST, NULL -> false;
    };
  }

  /** As it stands in the file: a number keeps its digits. */
  private static String text(ConfigValue scalar) {
    return scalar.atKey("it").getString("it");
  }

  private static String shown(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "a section";
      case LIST -> "a list";
      case NULL -> "null";
      case STRING, NUMBER, BOOLEAN -> {
        String text = text(value);
        yield text.isEmpty()
            ? "an empty text"
            : text.length() > LONGEST_SHOWN
                ? "\"" + text.substring(0, LONGEST_SHOWN) + "…\""
                : "\"" + text + "\"";
      }
    };
  }
}
