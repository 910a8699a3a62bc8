package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The document against what the server really answers. */
class OpenApiTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private record Call(String method, String template, String target, String body, int status) {}

  private static final List<Call> CALLS =
      List.of(
          new Call("get", "/split", "/split", "", 200),
          new Call("put", "/split", "/split", "{\"percent\":5,\"reason\":\"r\"}", 200),
          new Call("put", "/split", "/split?dry-run=true", "{\"percent\":6}", 200),
          new Call("put", "/split", "/split", "{\"percent\":101}", 422),
          new Call("put", "/split", "/split", "{", 400),
          new Call("post", "/rollback", "/rollback", "", 200),
          new Call("post", "/promote", "/promote", "{\"reason\":\"r\"}", 200),
          new Call("put", "/maintenance", "/maintenance", "{\"old\":true}", 200),
          new Call("get", "/upstreams", "/upstreams", "", 200),
          new Call(
              "put",
              "/upstreams/{side}/endpoints/{address}",
              "/upstreams/old/endpoints/127.0.0.1:8081",
              "{\"state\":\"drain\"}",
              200),
          new Call(
              "put",
              "/upstreams/{side}/endpoints/{address}",
              "/upstreams/old/endpoints/127.0.0.1:1",
              "{\"state\":\"drain\"}",
              404),
          new Call("get", "/history", "/history", "", 200),
          new Call("get", "/history", "/history?limit=0", "", 422),
          new Call("get", "/explain", "/explain", "", 200),
          new Call("get", "/explain", "/explain?path=x", "", 422),
          new Call("post", "/reload", "/reload", "", 200),
          new Call("get", "/metrics", "/metrics", "", 200),
          new Call("get", "/healthz", "/healthz", "", 200),
          new Call("get", "/readyz", "/readyz", "", 200),
          new Call("get", "/openapi.json", "/openapi.json", "", 200));

  @Test
  void everyCallAnswersAsTheDocumentSays(@TempDir Path folder) throws Exception {
    try (AdminFixture admin = new AdminFixture(folder.resolve("state"))) {
      JsonNode document = JSON.readTree(admin.get("/openapi.json").body());
      assertThat(document.path("openapi").asString()).startsWith("3.1");
      Set<String> called = new HashSet<>();
      for (Call call : CALLS) {
        HttpResponse<String> answer =
            admin.call(
                call.method.toUpperCase(Locale.ROOT),
                call.target,
                call.body.isEmpty() ? null : call.body);
        assertThat(answer.statusCode()).as(call.toString()).isEqualTo(call.status);
        JsonNode operation = document.path("paths").path(call.template).path(call.method);
        JsonNode response = resolve(document, operation.path("responses").path("" + call.status));
        String type =
            answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
        assertThat(response.path("content").has(type)).as("%s answers %s", call, type).isTrue();
        if (type.endsWith("json")) {
          assertMatches(
              document,
              response.path("content").path(type).path("schema"),
              JSON.readTree(answer.body()),
              call.toString());
        }
        called.add(call.method + " " + call.template);
      }
      assertThat(called).isEqualTo(operations(document));
    }
  }

  private static Set<String> operations(JsonNode document) {
    Set<String> operations = new HashSet<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(method -> operations.add(method + " " + path.getKey())));
    return operations;
  }

  private static JsonNode resolve(JsonNode document, JsonNode node) {
    JsonNode resolved = node;
    while (resolved.has("$ref")) {
      resolved = document.at(resolved.path("$ref").asString().substring(1));
    }
    return resolved;
  }

  /** Types, required and additional members; the part of JSON Schema that the document uses. */
  private static void assertMatches(
      JsonNode document, JsonNode unresolved, JsonNode value, String where) {
    JsonNode schema = resolve(document, unresolved);
    if (schema.has("oneOf")) {
      JsonNode named = schema.path("oneOf").path(value.has("dry-run") ? 1 : 0);
      assertMatches(document, named, value, where);
      return;
    }
    if (schema.has("type")) {
      assertThat(schema.path("type").toString()).as(where).contains(typeOf(value));
    }
    schema
        .path("required")
        .forEach(name -> assertThat(value.has(name.asString())).as(where + name).isTrue());
    if (schema.has("properties")) {
      value
          .properties()
          .forEach(
              member -> {
                JsonNode known = schema.path("properties").path(member.getKey());
                assertThat(known.isMissingNode()).as(where + " " + member.getKey()).isFalse();
                assertMatches(document, known, member.getValue(), where + " " + member.getKey());
              });
    }
    if (value.isArray()) {
      value.forEach(item -> assertMatches(document, schema.path("items"), item, where + " []"));
    }
  }

  private static String typeOf(JsonNode value) {
    if (value.isIntegralNumber()) {
      return "integer";
    }
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "boolean";
      default -> "null";
    };
  }
}
