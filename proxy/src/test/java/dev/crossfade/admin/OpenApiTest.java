package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.control.Author;
import dev.crossfade.control.Precondition;
import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.PlanFixture;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The document against what the server really answers: every operation with every status that the
 * document names, and nothing that it does not name.
 */
class OpenApiTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final String ENDPOINT = "/upstreams/{side}/endpoints/{address}";
  private static final String READY = "/upstreams/old/endpoints/" + PlanFixture.OLD_ENDPOINT;
  private static final String TOO_LONG = " ".repeat(64 * 1024 + 1);
  private static final int MORE_THAN_MAY_WAIT = 205;

  @TempDir Path folder;

  private final Set<String> seen = new TreeSet<>();
  private JsonNode document;
  private JsonSchema schemas;

  private record Operation(String method, String path) {
    String target() {
      return path.equals(ENDPOINT) ? READY : path;
    }

    boolean changes() {
      return !method.equals("get");
    }

    boolean open() {
      return Set.of("/metrics", "/healthz", "/readyz").contains(path);
    }

    /** Whether its answer has no end. */
    boolean endless() {
      return path.equals("/events");
    }

    /** A body that it takes. */
    String body() {
      return switch (path) {
        case "/split" -> "{\"percent\": 12.5}";
        case "/maintenance" -> "{\"old\": true}";
        case ENDPOINT -> "{\"state\": \"drain\", \"reason\": \"r\"}";
        default -> "{\"reason\": \"r\"}";
      };
    }
  }

  @BeforeEach
  void readDocument() throws Exception {
    try (var in = AdminApi.class.getResourceAsStream("openapi.json")) {
      document = JSON.readTree(in);
    }
    schemas = new JsonSchema(document);
  }

  private List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(method -> operations.add(new Operation(method, path.getKey()))));
    return operations;
  }

  /** Sends a call and holds its answer against the document. */
  private HttpResponse<String> call(
      AdminFixture admin,
      Operation operation,
      String target,
      String body,
      int status,
      String... headers) {
    HttpResponse<String> answer =
        admin.call(
            operation.method.toUpperCase(Locale.ROOT),
            target,
            operation.changes() ? body : null,
            headers);
    String what = operation.method + " " + target + " " + body;
    assertThat(answer.statusCode()).as(what).isEqualTo(status);
    assertDocumented(operation, answer, answer.body(), what);
    return answer;
  }

  private void assertDocumented(
      Operation operation, HttpResponse<?> answer, String body, String what) {
    JsonNode said = document.path("paths").path(operation.path).path(operation.method);
    JsonNode response =
        schemas.resolved(said.path("responses").path(Integer.toString(answer.statusCode())));
    assertThat(response.isMissingNode()).as("%s: %s", what, answer.statusCode()).isFalse();
    String type = answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    assertThat(response.path("content").has(type)).as("%s answers %s", what, type).isTrue();
    if (type.endsWith("json") && !operation.path.equals("/openapi.json")) {
      assertThat(
              schemas.violations(
                  response.path("content").path(type).path("schema"), JSON.readTree(body)))
          .as(what)
          .isEmpty();
    }
    response
        .path("headers")
        .propertyNames()
        .forEach(name -> assertThat(answer.headers().firstValue(name)).as(what).isPresent());
    seen.add(operation.method + " " + operation.path + " " + answer.statusCode());
  }

  @Test
  void everyOperationAnswersEveryStatusThatTheDocumentNames() throws Exception {
    try (AdminFixture admin = new AdminFixture(folder.resolve("a"))) {
      whatIsTaken(admin);
      whatIsRefused(admin);
    }
    try (AdminFixture admin = new AdminFixture(folder.resolve("b"), withToken())) {
      for (Operation operation : operations()) {
        if (!operation.open()) {
          call(admin, operation, operation.target(), operation.body(), 401);
        }
      }
    }
    whatCannotBeStored();
    whatComesTooLateOrTooOften();

    Set<String> named = new TreeSet<>();
    for (Operation operation : operations()) {
      document
          .path("paths")
          .path(operation.path)
          .path(operation.method)
          .path("responses")
          .propertyNames()
          .forEach(status -> named.add(operation.method + " " + operation.path + " " + status));
    }
    assertThat(seen).isEqualTo(named);
  }

  private AdminSettings withToken() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "secret\n");
    return new AdminSettings("127.0.0.1:0", token, null);
  }

  private void whatIsTaken(AdminFixture admin) throws Exception {
    for (Operation operation : operations()) {
      if (operation.endless()) {
        eventsAreDocumented(admin, operation);
        continue;
      }
      call(admin, operation, operation.target(), operation.body(), 200);
      assertFitsRequest(operation, operation.body());
    }
    Operation split = new Operation("put", "/split");
    call(admin, split, "/split?dry-run=true", "{\"percent\": 33.33}", 200);
    Operation metrics = new Operation("get", "/metrics");
    call(admin, metrics, "/metrics", "", 200, "Accept", "application/openmetrics-text");
    Operation explain = new Operation("get", "/explain");
    call(admin, explain, "/explain?path=/rest/x", "", 200);
    call(admin, explain, "/explain?path=/first", "", 200);
  }

  /** One event of each kind against its schema. */
  private void eventsAreDocumented(AdminFixture admin, Operation operation) throws Exception {
    HttpResponse<InputStream> answer = admin.open(operation.target());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertDocumented(operation, answer, "", operation.path);
    try (EventReader events = new EventReader(answer)) {
      assertFits("LiveSnapshot", events.next("snapshot").data());
      assertFits("LiveSecond", events.next("second").data());
      admin.control.apply(
          new PlanEdit.SetThreshold(77), Author.OPERATOR, "for an event", Precondition.NONE);
      assertFits("LiveState", events.next("state").data());
    }
  }

  private void assertFits(String schema, JsonNode value) {
    assertThat(schemas.violations(document.at("/components/schemas/" + schema), value))
        .as(schema)
        .isEmpty();
  }

  private void assertFitsRequest(Operation operation, String body) {
    JsonNode request =
        document.path("paths").path(operation.path).path(operation.method).path("requestBody");
    if (!request.isMissingNode()) {
      JsonNode schema = request.path("content").path("application/json").path("schema");
      assertThat(schemas.violations(schema, JSON.readTree(body))).as(operation.path).isEmpty();
    }
  }

  private void whatIsRefused(AdminFixture admin) {
    for (Operation operation : operations()) {
      if (!operation.open()) {
        call(admin, operation, operation.target(), operation.body(), 403, "Host", "evil.example");
      }
      if (operation.changes()) {
        call(admin, operation, operation.target(), "{", 400);
        call(admin, operation, operation.target(), TOO_LONG, 413);
        String wrong = operation.body().replaceFirst(": [^,}]*", ": [1]");
        call(admin, operation, operation.target(), wrong, 422);
        if (!operation.path.equals("/rollback")) {
          String body = operation.body();
          call(admin, operation, operation.target(), body, 412, "If-Match", "\"1\"");
        }
      }
    }
    Operation endpoint = new Operation("put", ENDPOINT);
    call(admin, endpoint, "/upstreams/old/endpoints/127.0.0.1:1", endpoint.body(), 404);
    Operation history = new Operation("get", "/history");
    call(admin, history, "/history?limit=0", "", 422);
    call(admin, history, "/history?limit=1&limit=2", "", 400);
    Operation explain = new Operation("get", "/explain");
    call(admin, explain, "/explain?path=x", "", 422);
    call(admin, explain, "/explain?colour=red", "", 400);
    call(admin, explain, "/explain?cookie=" + "x".repeat(70_000), "", 414);
    admin.obstacle = "The proxy is draining.";
    call(admin, new Operation("get", "/readyz"), "/readyz", "", 503);
  }

  /** With the folder gone, and for a rollback, which is in force all the same. */
  private void whatCannotBeStored() throws Exception {
    Path state = folder.resolve("c");
    try (AdminFixture admin = new AdminFixture(state)) {
      try (Stream<Path> files = Files.walk(state)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      admin.reloaded = new PlanEdit.SetThreshold(1);
      for (Operation operation : operations()) {
        if (operation.changes() && !operation.path.equals("/rollback")) {
          call(admin, operation, operation.target(), operation.body(), 500);
        }
      }
      Operation rollback = new Operation("post", "/rollback");
      assertThat(call(admin, rollback, "/rollback", "", 200).body()).contains("\"durable\":false");
    }
  }

  private void whatComesTooLateOrTooOften() throws Exception {
    try (AdminFixture admin = new AdminFixture(folder.resolve("d"))) {
      CountDownLatch storeIsHeld = new CountDownLatch(1);
      admin.storeThread.execute(() -> awaitUninterrupted(storeIsHeld));
      Operation rollback = new Operation("post", "/rollback");
      HttpResponse<String> refused = oneTooMany(admin, "POST", "/rollback");
      assertDocumented(rollback, refused, refused.body(), "many rollbacks");
      storeIsHeld.countDown();
      oneStreamTooMany(admin);
      oneTooMany(admin, "GET", "/explain?path=/held");
      for (String path : List.of("/upstreams", "/history", "/explain", "/metrics")) {
        call(admin, new Operation("get", path), path, "", 503);
      }
      admin.held.countDown();
      admin.control.close();
      admin.reloaded = new PlanEdit.SetThreshold(1);
      for (Operation operation : operations()) {
        if (operation.changes() && !operation.path.equals("/rollback")) {
          call(admin, operation, operation.target(), operation.body(), 503);
        }
      }
    }
  }

  private void oneStreamTooMany(AdminFixture admin) throws IOException {
    List<InputStream> streams = new ArrayList<>();
    for (int i = 0; i < Events.MOST_STREAMS; i++) {
      streams.add(admin.open("/events").body());
    }
    call(admin, new Operation("get", "/events"), "/events", "", 503);
    for (InputStream stream : streams) {
      stream.close();
    }
  }

  /** The answer to the first of more calls than may wait that is turned away. */
  private static HttpResponse<String> oneTooMany(AdminFixture admin, String method, String target) {
    CompletableFuture<HttpResponse<String>> refused = new CompletableFuture<>();
    for (int i = 0; i < MORE_THAN_MAY_WAIT; i++) {
      admin
          .send(method, target)
          .thenAccept(
              answer -> {
                if (answer.statusCode() == 503) {
                  refused.complete(answer);
                }
              });
    }
    return refused.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void everyOtherMethodIsRefusedWithThoseThatTheDocumentNames() throws Exception {
    try (AdminFixture admin = new AdminFixture(folder.resolve("a"))) {
      for (Operation operation : operations()) {
        Set<String> allowed = new TreeSet<>();
        document
            .path("paths")
            .path(operation.path)
            .propertyNames()
            .forEach(method -> allowed.add(method.toUpperCase(Locale.ROOT)));
        if (allowed.contains("GET")) {
          allowed.add("HEAD");
          HttpResponse<String> head = admin.call("HEAD", operation.target(), null);
          assertThat(head.statusCode()).as("HEAD " + operation.path).isEqualTo(200);
          assertThat(head.body()).isEmpty();
        }
        for (String method : List.of("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS")) {
          if (!allowed.contains(method)) {
            HttpResponse<String> answer = admin.call(method, operation.target(), null);
            assertThat(answer.statusCode()).as(method + " " + operation.path).isEqualTo(405);
            assertThat(Set.of(answer.headers().firstValue("Allow").orElse("").split(", ")))
                .as(method + " " + operation.path)
                .isEqualTo(allowed);
          }
        }
      }
    }
  }

  @Test
  void aSchemaThatIsBrokenIsNoticed() {
    JsonNode state =
        JSON.readTree(
            """
            {"revision": 0, "percent": 10.001, "epoch": 1.5, "maintenance": {"old": "no", "new": true},
             "changed-at": "yesterday", "changed-by": "operator", "colour": "red"}
            """);
    assertThat(schemas.violations(document.at("/components/schemas/ControlState"), state))
        .containsExactlyInAnyOrder(
            "$.reason is missing",
            "$.revision is out of range",
            "$.percent is too fine",
            "$.epoch is no \"integer\"",
            "$.maintenance.freeze-writes is missing",
            "$.maintenance.old is no \"boolean\"",
            "$.changed-at is no date-time",
            "$.colour has no schema");
  }
}
