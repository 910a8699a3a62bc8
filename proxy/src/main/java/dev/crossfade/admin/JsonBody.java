package dev.crossfade.admin;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * The object in a request's body. What is no JSON object (RFC 8259), or has members that are
 * unknown or stand twice, is a 400; a member of the wrong type or range a 422, found when it is
 * asked for.
 */
final class JsonBody {
  /** Most characters of a reason. */
  static final int LONGEST_REASON = 1000;

  private final Map<String, Value> members;

  private JsonBody(Map<String, Value> members) {
    this.members = members;
  }

  /** Reads a body that must hold an object with no other members than these. */
  static JsonBody read(byte[] body, Set<String> known) throws Problem {
    String text = decoded(body);
    try (JsonParser json = Json.FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new Problem(400, "The body must be a JSON object.");
      }
      Map<String, Value> members = members(json);
      if (json.nextToken() != null) {
        throw new Problem(400, "The body must hold one JSON object and nothing else.");
      }
      refuseUnknown(members, known);
      return new JsonBody(members);
    } catch (JacksonException e) {
      throw new Problem(400, "The body is not well-formed JSON, or names a member twice.");
    }
  }

  /** Like {@link #read}, but the body may be left out. */
  static JsonBody readOptional(byte[] body, Set<String> known) throws Problem {
    return new String(body, StandardCharsets.ISO_8859_1).isBlank()
        ? new JsonBody(Map.of())
        : read(body, known);
  }

  private static String decoded(byte[] body) throws Problem {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new Problem(400, "The body must be JSON in UTF-8.");
    }
  }

  private static Map<String, Value> members(JsonParser json) {
    Map<String, Value> members = new LinkedHashMap<>();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken type = json.nextToken();
      members.put(name, new Value(type, type.isScalarValue() ? json.getString() : ""));
      json.skipChildren();
    }
    return members;
  }

  private static void refuseUnknown(Map<String, Value> members, Set<String> known) throws Problem {
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        throw new Problem(
            400,
            "The body has an unknown member; known are "
                + String.join(", ", new TreeSet<>(known))
                + ".");
      }
    }
  }

  /** A number, exactly as it was written. */
  BigDecimal number(String name) throws Problem {
    Value value = members.get(name);
    if (value == null) {
      throw new Problem(422, name + " is missing.");
    }
    if (value.type != JsonToken.VALUE_NUMBER_INT && value.type != JsonToken.VALUE_NUMBER_FLOAT) {
      throw new Problem(422, name + " must be a number.");
    }
    try {
      return new BigDecimal(value.text);
    } catch (NumberFormatException e) {
      throw new Problem(422, name + " is out of range."); // an exponent beyond all reason
    }
  }

  /** True or false; null if it was left out. */
  @Nullable Boolean flag(String name) throws Problem {
    Value value = members.get(name);
    if (value == null) {
      return null;
    }
    if (value.type != JsonToken.VALUE_TRUE && value.type != JsonToken.VALUE_FALSE) {
      throw new Problem(422, name + " must be true or false.");
    }
    return value.type == JsonToken.VALUE_TRUE;
  }

  /** A text; null if it was left out. */
  @Nullable String text(String name) throws Problem {
    Value value = members.get(name);
    if (value == null) {
      return null;
    }
    if (value.type != JsonToken.VALUE_STRING) {
      throw new Problem(422, name + " must be a text.");
    }
    return value.text;
  }

  /** The author's words, empty if there are none. */
  String reason() throws Problem {
    String reason = text("reason");
    if (reason == null) {
      return "";
    }
    if (reason.length() > LONGEST_REASON) {
      throw new Problem(422, "reason has more than " + LONGEST_REASON + " characters.");
    }
    return reason;
  }

  private record Value(JsonToken type, String text) {}
}
