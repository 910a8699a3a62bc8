package dev.crossfade.forward;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Answer;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages of errors: the operator's own, and the proxy's where there is none. */
class OwnPagesTest {
  private static final List<Field> BROWSER =
      List.of(new Field("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"));

  @TempDir Path folder;

  private static void close(RunningProxyFixture proxy, boolean freeze) throws Exception {
    proxy.change(new PlanEdit.SetMaintenance(!freeze, false, freeze));
  }

  @Test
  void browsersGetThePageAndProgramsTheProblem() throws Exception {
    Files.writeString(folder.resolve("closed.html"), "<h1>Zurück um fünf ☕</h1>");
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RunningProxyFixture proxy =
            RunningProxyFixture.start(
                folder,
                endpoints(Side.OLD, old),
                "pages.maintenance = closed.html",
                "retry-after = 90s");
        PlainHttpClient client = proxy.client()) {
      close(proxy, false);
      Answer page = client.request("GET", "/", BROWSER, null);
      assertThat(page.status()).isEqualTo(503);
      assertThat(page.body()).isEqualTo("<h1>Zurück um fünf ☕</h1>");
      assertThat(page.field("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(page.field("Retry-After")).hasValue("90");
      assertThat(page.field("Cache-Control")).hasValue("no-store");

      Answer problem =
          client.request("GET", "/", List.of(new Field("Accept", "application/json")), null);
      assertThat(problem.status()).isEqualTo(503);
      assertThat(problem.field("Content-Type")).hasValue("application/problem+json");
      assertThat(problem.field("Retry-After")).hasValue("90");

      Answer head = client.request("HEAD", "/", BROWSER, null);
      assertThat(head.status()).isEqualTo(503);
      assertThat(head.body()).isEmpty();
    }
  }

  @Test
  void whatCantBeWrittenHasAPageOfItsOwn() throws Exception {
    Files.writeString(folder.resolve("closed.html"), "closed");
    Files.writeString(folder.resolve("frozen.html"), "frozen");
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RunningProxyFixture proxy =
            RunningProxyFixture.start(
                folder,
                endpoints(Side.OLD, old),
                "pages { maintenance = closed.html, frozen = frozen.html }");
        PlainHttpClient client = proxy.client()) {
      close(proxy, true);
      assertThat(client.request("POST", "/", BROWSER, "x=1").body()).isEqualTo("frozen");
      assertThat(client.request("GET", "/", BROWSER, null).body()).isEqualTo("old");
      close(proxy, false);
      assertThat(client.request("POST", "/", BROWSER, "x=1").body()).isEqualTo("closed");
    }
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

  @Test
  void aBrokenApplicationAndABadRequestHaveTheirPagesToo() throws Exception {
    Files.writeString(folder.resolve("broken.html"), "<h1>kaputt</h1>");
    Files.writeString(folder.resolve("error.html"), "<h1>oops</h1>");
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RunningProxyFixture proxy =
            RunningProxyFixture.start(
                folder,
                endpoints(Side.OLD, old),
                "pages { broken = broken.html, error = error.html }");
        PlainHttpClient client = proxy.client()) {
      old.answering(r -> "no answer at all\r\n\r\n");
      Answer broken = client.request("GET", "/", BROWSER, null);
      assertThat(broken.status()).isEqualTo(502);
      assertThat(broken.body()).isEqualTo("<h1>kaputt</h1>");
      assertThat(broken.field("Content-Security-Policy")).isEmpty();
      assertThat(broken.field("X-Content-Type-Options")).hasValue("nosniff");
      Answer unknown = client.request("CONNECT", "a:1", BROWSER, null);
      assertThat(unknown.status()).isEqualTo(405);
      assertThat(unknown.body()).isEqualTo("<h1>oops</h1>");
      client.send(
          "GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Answer malformed = client.readAnswer(false);
      assertThat(malformed.status()).isEqualTo(400);
      assertThat(malformed.body()).isEqualTo("<h1>oops</h1>");
    }
  }

  @Test
  void withoutAPageTheProxysOwnSpeaksPlainlyAndInTheBrowsersLanguage() throws Exception {
    List<Field> german = new ArrayList<>(BROWSER);
    german.add(new Field("Accept-Language", "de"));
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RunningProxyFixture proxy =
            RunningProxyFixture.start(folder, endpoints(Side.OLD, old), "retry-after = 5m");
        PlainHttpClient client = proxy.client()) {
      close(proxy, false);
      Answer page = client.request("GET", "/", BROWSER, null);
      assertThat(page.body())
          .contains("We’ll be right back", "in about 5 minutes", "href=\"\"", "503 Service Un");
      assertThat(page.field("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "form-action 'none'");
      assertThat(client.request("GET", "/x", german, null).body())
          .contains("<html lang=\"de\">", "Wir sind gleich wieder da", "in etwa 5 Minuten");
      assertThat(client.request("POST", "/", BROWSER, "x=1").body())
          .contains("What you sent was not taken")
          .doesNotContain("href=\"\"");
    }
  }

  @Test
  void whoHasSentSomethingToABrokenApplicationIsToldThatItMayHaveArrived() throws Exception {
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RunningProxyFixture proxy = RunningProxyFixture.start(folder, endpoints(Side.OLD, old));
        PlainHttpClient client = proxy.client()) {
      old.answering(r -> "no answer at all\r\n\r\n");
      assertThat(client.request("GET", "/", BROWSER, null).body())
          .contains("Try again")
          .doesNotContain("has arrived");
      assertThat(client.request("POST", "/", BROWSER, "x=1").body())
          .contains("can’t tell whether what you sent has arrived")
          .doesNotContain("Try again");
    }
  }

  @Test
  void aMalformedRequestIsToldWhatIsWrongWithIt() throws Exception {
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RunningProxyFixture proxy = RunningProxyFixture.start(folder, endpoints(Side.OLD, old));
        PlainHttpClient client = proxy.client()) {
      client.send(
          "GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.readAnswer(false).body())
          .contains("We could not understand that", "400 Bad Request. ", "Host");
    }
  }

  @Test
  void aReloadReadsThePageAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("closed.html"), "first");
    try (RecordingOrigin old = RecordingOrigin.start("old");
        RunningProxyFixture proxy =
            RunningProxyFixture.start(
                folder, endpoints(Side.OLD, old), "pages.maintenance = closed.html");
        PlainHttpClient client = proxy.client()) {
      close(proxy, false);
      Files.writeString(file, "second");
      assertThat(client.request("GET", "/", BROWSER, null).body()).isEqualTo("first");
      proxy.reconfigure(endpoints(Side.OLD, old), "pages.maintenance = closed.html");
      assertThat(client.request("GET", "/", BROWSER, null).body()).isEqualTo("second");
      proxy.reconfigure(endpoints(Side.OLD, old));
      assertThat(client.request("GET", "/", BROWSER, null).body()).contains("being worked on");
    }
  }
}
