package dev.crossfade.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.testing.OnTheWire;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages of errors: the operator's own, and the proxy's where there is none. */
class OwnPagesTest {
  private static final String BROWSER = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

  /** In place of a method: a request without Host. */
  private static final String MALFORMED = "malformed";

  /** What a browser comes upon. */
  private enum Trouble {
    NONE,
    MAINTENANCE,
    FROZEN,
    BROKEN
  }

  @TempDir Path folder;

  @RegisterExtension final OnTheWire wire = new OnTheWire(() -> folder);
  private final RecordingOrigin old = wire.origin(Side.OLD);

  private RunningProxyFixture proxyIn(Trouble trouble, String... lines) throws Exception {
    RunningProxyFixture proxy = wire.proxy(lines);
    switch (trouble) {
      case NONE -> {}
      case MAINTENANCE -> proxy.change(new PlanEdit.SetMaintenance(true, false, false));
      case FROZEN -> proxy.change(new PlanEdit.SetMaintenance(false, false, true));
      case BROKEN -> old.answering(r -> "no answer at all\r\n\r\n");
    }
    return proxy;
  }

  /** As a browser asks. */
  private static Answer ask(PlainHttpClient client, String method) throws IOException {
    if (method.equals(MALFORMED)) {
      client.send(
          "GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return client.readAnswer(false);
    }
    return client.request(
        method,
        method.equals("CONNECT") ? "a:1" : "/",
        Field.list("Accept", BROWSER),
        method.equals("POST") ? "x=1" : null);
  }

  // ---- the operator's own

  @ParameterizedTest
  @CsvSource({
    "MAINTENANCE, GET,       503, closed",
    "MAINTENANCE, POST,      503, closed",
    "FROZEN,      POST,      503, frozen",
    "FROZEN,      GET,       200, old",
    "BROKEN,      GET,       502, broken",
    "NONE,        CONNECT,   405, error",
    "NONE,        malformed, 400, error"
  })
  void eachTroubleHasItsPage(Trouble trouble, String method, int status, String body)
      throws Exception {
    for (String name : List.of("closed", "frozen", "broken", "error")) {
      Files.writeString(folder.resolve(name + ".html"), name);
    }
    RunningProxyFixture proxy =
        proxyIn(
            trouble,
            "pages { maintenance = closed.html, frozen = frozen.html }",
            "pages { broken = broken.html, error = error.html }");
    Answer answer = ask(wire.client(proxy), method);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.field("Content-Security-Policy")).isEmpty();
    assertThat(answer.field("X-Content-Type-Options").isPresent()).isEqualTo(status != 200);
  }

  @Test
  void browsersGetThePageAndProgramsTheProblem() throws Exception {
    Files.writeString(folder.resolve("closed.html"), "<h1>Zurück um fünf ☕</h1>");
    PlainHttpClient client =
        wire.client(
            proxyIn(Trouble.MAINTENANCE, "pages.maintenance = closed.html", "retry-after = 90s"));
    Answer page = ask(client, "GET");
    assertThat(page.status()).isEqualTo(503);
    assertThat(page.body()).isEqualTo("<h1>Zurück um fünf ☕</h1>");
    assertThat(page.field("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.field("Retry-After")).hasValue("90");
    assertThat(page.field("Cache-Control")).hasValue("no-store");
    assertThat(page.field("X-Content-Type-Options")).hasValue("nosniff");

    Answer problem = client.get("/", "Accept", "application/json");
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.field("Content-Type")).hasValue("application/problem+json");
    assertThat(problem.field("Retry-After")).hasValue("90");

    Answer head = ask(client, "HEAD");
    assertThat(head.status()).isEqualTo(503);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void aReloadReadsThePageAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("closed.html"), "first");
    RunningProxyFixture proxy = proxyIn(Trouble.MAINTENANCE, "pages.maintenance = closed.html");
    PlainHttpClient client = wire.client(proxy);
    Files.writeString(file, "second");
    assertThat(ask(client, "GET").body()).isEqualTo("first");
    proxy.reconfigure(wire.lines("pages.maintenance = closed.html"));
    assertThat(ask(client, "GET").body()).isEqualTo("second");
    proxy.reconfigure(wire.lines());
    assertThat(ask(client, "GET").body()).contains("being worked on");
  }

  @ParameterizedTest
  @EnumSource
  void eachFailureFindsTheNearestPage(ProxyFailure failure) {
    OwnPages all = pages("m", "f", "u", "b", "e");
    OwnPages general = pages(null, null, null, null, "e");
    String expected =
        switch (failure) {
          case MAINTENANCE -> "m";
          case FROZEN -> "f";
          default ->
              failure.status() == 503
                  ? "u"
                  : failure.status() == 502 || failure.status() == 504 ? "b" : "e";
        };
    assertThat(all.of(failure)).isEqualTo(expected.getBytes(StandardCharsets.UTF_8));
    if (expected.equals("m") || expected.equals("f")) {
      // What is planned is no error.
      assertThat(general.of(failure)).isNull();
    } else {
      assertThat(general.of(failure)).isEqualTo("e".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(OwnPages.NONE.of(failure)).isNull();
  }

  private static OwnPages pages(String... html) {
    byte[][] b = new byte[html.length][];
    for (int i = 0; i < html.length; i++) {
      b[i] = html[i] == null ? null : html[i].getBytes(StandardCharsets.UTF_8);
    }
    return new OwnPages(b[0], b[1], b[2], b[3], b[4]);
  }

  // ---- the proxy's

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MAINTENANCE | GET  | We’ll be right back; in about 5 minutes; href=\"\"; 503 Service Un |",
        "MAINTENANCE | POST | What you sent was not taken                       | href=\"\"",
        "BROKEN      | GET  | Try again                                         | has arrived",
        "BROKEN      | POST | can’t tell whether what you sent has arrived      | Try again",
        "NONE | malformed   | We could not understand that; 400 Bad Request. ; Host           |"
      })
  void withoutAPageTheProxysOwnSpeaksPlainly(
      Trouble trouble, String method, String says, @Nullable String never) throws Exception {
    PlainHttpClient client = wire.client(proxyIn(trouble, "retry-after = 5m"));
    String body = ask(client, method).body();
    assertThat(body).contains(says.split("; "));
    if (never != null) {
      assertThat(body).doesNotContain(never);
    }
  }

  @Test
  void theProxysOwnIsInTheBrowsersLanguageAndRunsNothing() throws Exception {
    PlainHttpClient client = wire.client(proxyIn(Trouble.MAINTENANCE, "retry-after = 5m"));
    Answer german = client.get("/x", "Accept", BROWSER, "Accept-Language", "de");
    assertThat(german.body())
        .contains("<html lang=\"de\">", "Wir sind gleich wieder da", "in etwa 5 Minuten");
    assertThat(german.field("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "form-action 'none'");
  }
}
