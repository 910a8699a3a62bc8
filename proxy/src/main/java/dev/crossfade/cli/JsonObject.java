package dev.crossfade.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object that was read.
 *
 * <p>By Jackson's streaming part alone: its data binding doubles the time that a short command
 * takes to start.
 *
 * @param members strings, {@link BigDecimal}, booleans, lists, maps and null
 */
record JsonObject(Map<String, @Nullable Object> members) {

  /**
   * Reads a text that is one object.
   *
   * @throws CommandFailure if it is not
   */
  @SuppressWarnings("unchecked") // the reader below makes maps with string keys only
  static JsonObject parse(String text) {
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      Object value = value(parser);
      if (value instanceof Map) {
        return new JsonObject((Map<String, @Nullable Object>) value);
      }
    } catch (JacksonException e) {
      // Told below.
    }
    throw new CommandFailure(ExitCode.OTHER, "The answer of the admin API can't be understood.");
  }

  /** A member in words, or the other text where it is absent or null. */
  String text(String name, String otherwise) {
    Object value = members.get(name);
    return value == null
        ? otherwise
        : value instanceof BigDecimal number ? plain(number) : value.toString();
  }

  /** A number; 0 where it is absent. */
  BigDecimal number(String name) {
    return members.get(name) instanceof BigDecimal number ? number : BigDecimal.ZERO;
  }

  /** Whether a member is there and true. */
  boolean flag(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  /** Whether a member is there and not null. */
  boolean has(String name) {
    return members.get(name) != null;
  }

  /** An object within; an empty one where it is absent. */
  @SuppressWarnings("unchecked")
  JsonObject object(String name) {
    return members.get(name) instanceof Map<?, ?> map
        ? new JsonObject((Map<String, @Nullable Object>) map)
        : new JsonObject(Map.of());
  }

  /** The objects of a list; none where it is absent. */
  @SuppressWarnings("unchecked")
  List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    if (members.get(name) instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> map) {
          objects.add(new JsonObject((Map<String, @Nullable Object>) map));
        }
      }
    }
    return objects;
  }

  /** The texts of a list; none where it is absent. */
  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    if (members.get(name) instanceof List<?> list) {
      for (Object item : list) {
        texts.add(String.valueOf(item));
      }
    }
    return texts;
  }

  /** A number as people write it: 25 rather than 25.0. */
  static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static @Nullable Object value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return null;
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          map.put(name, value(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getString();
    };
  }
}
