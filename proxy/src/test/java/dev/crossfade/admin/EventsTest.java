package dev.crossfade.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.admin.EventReader.Event;
import dev.crossfade.plan.PlanFixture;
import dev.crossfade.testing.Opened;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class EventsTest {
  @TempDir Path folder;
  @RegisterExtension final Opened opened = new Opened();
  private AdminFixture admin;

  @BeforeEach
  void start() throws Exception {
    admin = opened.add(new AdminFixture(folder.resolve("state")));
  }

  private static EventReader reader(AdminFixture of, String... headers) {
    HttpResponse<InputStream> answer = of.open("/events", headers);
    assertThat(answer.statusCode()).isEqualTo(200);
    return new EventReader(answer);
  }

  private EventReader reader(String... headers) {
    return opened.add(reader(admin, headers));
  }

  private void setPercent(int percent, String reason) {
    String body = "{\"percent\":" + percent + ",\"reason\":\"" + reason + "\"}";
    assertThat(admin.call("PUT", "/split", body).statusCode()).isEqualTo(200);
  }

  @Test
  void aStreamBeginsWithASnapshot() throws Exception {
    setPercent(25, "hällo");
    HttpResponse<InputStream> answer = admin.open("/events");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    Event first = opened.add(new EventReader(answer)).next();
    assertThat(first.name()).isEqualTo("snapshot");
    assertThat(first.id()).matches("[0-9]+");
    assertThat(first.data().path("role").asString()).isEqualTo("operator");
    JsonNode now = first.data().path("now");
    assertThat(now.path("state").path("percent").asInt()).isEqualTo(25);
    assertThat(now.path("state").path("reason").asString()).isEqualTo("hällo");
    assertThat(now.path("durable").asBoolean()).isTrue();
    assertThat(now.path("not-ready").isNull()).isTrue();
    assertThat(now.path("old").path("endpoints").path(1).path("last-failure").asString())
        .isEqualTo("connection refused");
    assertThat(now.path("new").path("endpoints").path(0).path("address").asString())
        .isEqualTo(PlanFixture.NEW_ENDPOINT);
  }

  @Test
  void thenComesAnEventASecond() throws Exception {
    EventReader events = reader();
    events.next("snapshot");
    Event one = events.next("second");
    Event another = events.next("second");
    assertThat(Long.parseLong(another.id())).isGreaterThan(Long.parseLong(one.id()));
    assertThat(another.data().path("new").path("requests").asDouble()).isZero();
    assertThat(another.data().path("new").path("p99").isNull()).isTrue();
    assertThat(another.data().path("share-seen").isNull()).isTrue();
  }

  @Test
  void aChangeIsToldAsSuch() throws Exception {
    EventReader events = reader();
    events.next("snapshot");
    setPercent(40, "more");
    JsonNode told = events.next("state").data();
    assertThat(told.path("state").path("revision").asInt()).isEqualTo(2);
    assertThat(told.path("state").path("percent").asInt()).isEqualTo(40);
    assertThat(told.path("durable").asBoolean()).isTrue();
  }

  @Test
  void aRollbackThatIsNotDurableIsTold() throws Exception {
    setPercent(40, "more");
    EventReader events = reader();
    events.next("snapshot");
    Files.move(folder.resolve("state"), folder.resolve("gone"));
    admin.call("POST", "/rollback", null);
    JsonNode told = events.next("state").data();
    assertThat(told.path("state").path("percent").asInt()).isZero();
    assertThat(told.path("durable").asBoolean()).isFalse();
  }

  @Test
  void whatStandsAgainstReadinessIsTold() throws Exception {
    admin.obstacle = "The proxy is shutting down.";
    JsonNode now = reader().next("snapshot").data().path("now");
    assertThat(now.path("not-ready").asString()).isEqualTo("The proxy is shutting down.");
  }

  @Test
  void whoComesBackGetsOnlyWhatWasMissed() throws Exception {
    EventReader before = reader();
    before.next("second");
    String id = before.next("second").id();
    JsonNode missed = reader("Last-Event-ID", id).next("snapshot").data().path("recent").path("at");
    for (JsonNode at : missed) {
      assertThat(at.asLong()).isGreaterThan(Long.parseLong(id));
    }
    JsonNode all = reader("Last-Event-ID", "nonsense").next("snapshot").data().path("recent");
    assertThat(all.path("at").size()).isGreaterThan(missed.size()).isGreaterThanOrEqualTo(2);
    for (String column : List.of("requests", "errors", "p50", "p99")) {
      assertThat(all.path("old").path(column).size()).as(column).isEqualTo(all.path("at").size());
      assertThat(all.path("new").path(column).size()).as(column).isEqualTo(all.path("at").size());
    }
    assertThat(all.path("percent").size()).isEqualTo(all.path("at").size());
  }

  private AdminFixture withTokens(String operator, String viewer) throws Exception {
    return opened.add(new AdminFixture(folder.resolve("other"), tokens(operator, viewer)));
  }

  private AdminSettings tokens(String operator, String viewer) throws IOException {
    return new AdminSettings(
        "127.0.0.1:0",
        Files.writeString(folder.resolve(operator), operator),
        Files.writeString(folder.resolve(viewer), viewer));
  }

  @Test
  void theRoleIsThatOfTheToken() throws Exception {
    AdminFixture other = withTokens("one", "two");
    assertThat(other.open("/events").statusCode()).isEqualTo(401);
    assertThat(other.open("/events", "Authorization", "Bearer three").statusCode()).isEqualTo(401);
    for (String[] known : new String[][] {{"one", "operator"}, {"two", "viewer"}}) {
      EventReader events = opened.add(reader(other, "Authorization", "Bearer " + known[0]));
      assertThat(events.next("snapshot").data().path("role").asString()).isEqualTo(known[1]);
    }
  }

  @Test
  void otherTokensEndTheStreams() throws Exception {
    AdminFixture other = withTokens("one", "two");
    EventReader events = opened.add(reader(other, "Authorization", "Bearer one"));
    events.next("snapshot");
    other.replaceTokens(Tokens.of(tokens("three", "four")));
    assertThatItEnds(events);
    assertThat(other.open("/events", "Authorization", "Bearer one").statusCode()).isEqualTo(401);
  }

  private static void assertThatItEnds(EventReader events) throws IOException {
    Event event = events.next();
    while (event != null) {
      event = events.next();
    }
  }

  @Test
  void theEndOfTheProxyIsTheEndOfTheStream() throws Exception {
    AdminFixture other = new AdminFixture(folder.resolve("other"));
    EventReader events = opened.add(reader(other));
    events.next("snapshot");
    other.close();
    assertThatItEnds(events);
  }

  @Test
  void streamsAreBoundedAndAPlaceBecomesFreeWhenAClientGoes() throws Exception {
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < Events.MOST_STREAMS; i++) {
        held.add(listener());
      }
      HttpResponse<String> refused = admin.get("/events");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(admin.get("/split").statusCode()).isEqualTo(200);
      held.remove(0).close();
      await().until(() -> admin.open("/events").statusCode() == 200);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  /** Listens, and has got the first line of an event. */
  private Socket listener() throws IOException {
    Socket socket = admin.connect();
    write(socket, request("GET /events HTTP/1.1"));
    readUntil(socket, "event: snapshot");
    return socket;
  }

  private static String request(String line) {
    return line + "\r\nHost: localhost\r\n\r\n";
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String readUntil(Socket socket, String wanted) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(wanted) < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new AssertionError("The end came before " + wanted + ":\n" + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  @Test
  void headAnswersWithoutAStreamAndTheConnectionGoesOn() throws Exception {
    String answers = admin.raw(request("HEAD /events HTTP/1.1") + request("GET /healthz HTTP/1.1"));
    assertThat(answers)
        .contains("text/event-stream", "{\"status\":\"ok\"}")
        .doesNotContain("retry:");
  }

  @Test
  void anOlderClientGetsTheEventsWithoutChunks() throws Exception {
    try (Socket socket = admin.connect()) {
      write(socket, request("GET /events HTTP/1.0"));
      assertThat(readUntil(socket, "event: snapshot\ndata: {"))
          .contains("\r\n\r\nretry: 2000\n\nid: ")
          .doesNotContainIgnoringCase("chunked");
    }
  }

  @Test
  void whoSendsMoreOnAStreamIsCut() throws Exception {
    try (Socket socket = listener()) {
      write(socket, request("GET /healthz HTTP/1.1"));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void aStreamIsNotForOtherPagesAndNothingElseThanRead() {
    assertThat(admin.open("/events", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    assertThat(admin.open("/events", "Host", "evil.example").statusCode()).isEqualTo(403);
    assertThat(admin.call("POST", "/events", null).statusCode()).isEqualTo(405);
  }
}
