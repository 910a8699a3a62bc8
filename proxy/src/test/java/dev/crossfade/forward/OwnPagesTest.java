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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's own pages for maintenance and frozen writes. */
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
