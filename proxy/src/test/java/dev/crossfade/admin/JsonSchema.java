package dev.crossfade.admin;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A value against a schema of a document: the part of JSON Schema that the document uses. A keyword
 * that is not known here is a violation, so that none goes unchecked.
 */
final class JsonSchema {
  private static final Set<String> KNOWN =
      Set.of(
          "$ref",
          "type",
          "required",
          "properties",
          "additionalProperties",
          "items",
          "enum",
          "const",
          "minimum",
          "maximum",
          "multipleOf",
          "maxLength",
          "format",
          "oneOf",
          "default",
          "description");

  private final JsonNode document;

  JsonSchema(JsonNode document) {
    this.document = document;
  }

  /** The node itself, or what its reference points at. */
  JsonNode resolved(JsonNode node) {
    JsonNode resolved = node;
    while (resolved.has("$ref")) {
      resolved = document.at(resolved.path("$ref").asString().substring(1));
    }
    return resolved;
  }

  /** What is wrong with the value. */
  List<String> violations(JsonNode schema, JsonNode value) {
    List<String> violations = new ArrayList<>();
    check(schema, value, "$", violations);
    return violations;
  }

  private void check(JsonNode unresolved, JsonNode value, String at, List<String> violations) {
    JsonNode schema = resolved(unresolved);
    if (schema.isMissingNode()) {
      violations.add(at + " has no schema");
      return;
    }
    schema
        .propertyNames()
        .forEach(
            keyword -> {
              if (!KNOWN.contains(keyword)) {
                violations.add(at + ": unknown keyword " + keyword);
              }
            });
    if (schema.has("oneOf")) {
      long fitting =
          schema.path("oneOf").valueStream().filter(s -> violations(s, value).isEmpty()).count();
      if (fitting != 1) {
        violations.add(at + " fits " + fitting + " of oneOf");
      }
      return;
    }
    if (!hasType(schema.path("type"), value)) {
      violations.add(at + " is no " + schema.path("type"));
      return;
    }
    checkScalar(schema, value, at, violations);
    if (value.isObject()) {
      checkObject(schema, value, at, violations);
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      check(schema.path("items"), value.get(i), at + "[" + i + "]", violations);
    }
  }

  private void checkObject(JsonNode schema, JsonNode value, String at, List<String> violations) {
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.asString())) {
                violations.add(at + "." + name.asString() + " is missing");
              }
            });
    if (!schema.path("additionalProperties").isBoolean()) {
      violations.add(at + " says nothing of additionalProperties");
    }
    value
        .properties()
        .forEach(
            member ->
                check(
                    schema.path("properties").path(member.getKey()),
                    member.getValue(),
                    at + "." + member.getKey(),
                    violations));
  }

  private static void checkScalar(
      JsonNode schema, JsonNode value, String at, List<String> violations) {
    if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
      violations.add(at + " is none of " + schema.path("enum"));
    }
    if (schema.has("const") && !schema.path("const").equals(value)) {
      violations.add(at + " is not " + schema.path("const"));
    }
    if (value.isNumber()) {
      checkNumber(schema, value.decimalValue(), at, violations);
    }
    if (value.isString()) {
      String text = value.asString();
      if (text.length() > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
        violations.add(at + " is too long");
      }
      if (schema.path("format").asString("").equals("date-time") && !isInstant(text)) {
        violations.add(at + " is no date-time");
      }
    }
  }

  private static void checkNumber(
      JsonNode schema, BigDecimal number, String at, List<String> violations) {
    if (schema.has("minimum") && number.compareTo(schema.path("minimum").decimalValue()) < 0
        || schema.has("maximum") && number.compareTo(schema.path("maximum").decimalValue()) > 0) {
      violations.add(at + " is out of range");
    }
    if (schema.has("multipleOf")
        && number.remainder(schema.path("multipleOf").decimalValue()).signum() != 0) {
      violations.add(at + " is too fine");
    }
  }

  private static boolean isInstant(String text) {
    try {
      return text.endsWith("Z") && Instant.parse(text) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean hasType(JsonNode type, JsonNode value) {
    if (type.isMissingNode()) {
      return true;
    }
    if (type.isArray()) {
      return type.valueStream().anyMatch(one -> hasType(one, value));
    }
    return switch (type.asString()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> false;
    };
  }
}
