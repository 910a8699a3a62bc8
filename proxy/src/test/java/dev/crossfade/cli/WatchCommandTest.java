package dev.crossfade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchCommandTest {
  private final CommandRun run = new CommandRun();
  private final FakeAdmin admin;

  WatchCommandTest() throws IOException {
    admin = new FakeAdmin();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private int watch(int pauses, String... more) {
    run.atPause = () -> run.readerGone |= run.pauses >= pauses;
    String[] arguments = new String[more.length + 3];
    System.arraycopy(more, 0, arguments, 3, more.length);
    arguments[0] = "watch";
    arguments[1] = "--admin";
    arguments[2] = admin.url();
    return run.execute(arguments);
  }

  private static String revision(int revision, String percent) {
    return FakeAdmin.STATE.replace(":7", ":" + revision).replace("12.5", percent);
  }

  @Test
  void inAPipeTheStateAtOnceAndThenALineForEveryChange() {
    admin.reply("GET /split", 200, FakeAdmin.STATE);
    admin.reply("GET /split", 200, revision(8, "22.75"));
    assertThat(watch(5)).isEqualTo(0);
    assertThat(run.out())
        .isEqualTo(
            """
            2026-11-22T06:30:00Z  revision 7  12.5 % on new  epoch 1  operator  snow ☃
            2026-11-22T06:30:00Z  revision 8  22.75 % on new  epoch 1  operator  snow ☃
            """);
  }

  @Test
  void asJsonOneObjectALineHoweverTheServerSetsIt() {
    admin.reply("GET /split", 200, revision(8, "22.75").replace(",", ",\n  "));
    assertThat(watch(4, "--json")).isEqualTo(0);
    assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.matches("\\{.*\\}"));
  }

  @Test
  void endsQuietlyWhenAWriteFindsNoReader() {
    run.sink =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(watch(5)).isEqualTo(0);
    assertThat(run.pauses).isEqualTo(0);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void aProxyThatIsAwayForAWhileIsToldOnceAndWaitedFor() {
    admin.refuse("GET /split", 503, "starting");
    admin.refuse("GET /split", 503, "starting");
    admin.reply("GET /split", 200, revision(9, "30"));
    assertThat(watch(6)).isEqualTo(0);
    assertThat(run.out().lines()).hasSize(2);
    assertThat(run.err()).isEqualTo("crossfade: starting Trying on.\n");
  }

  @Test
  void aTokenThatIsRefusedEndsIt() {
    admin.refuse("GET /split", 401, "no");
    assertThat(watch(6)).isEqualTo(13);
  }

  @Test
  void onATerminalOneScreenWithRatesOfBothSides() {
    run.terminal = true;
    run.environment.put("NO_COLOR", "1");
    admin.reply(
        "GET /history",
        200,
        "{\"changes\":[{\"revision\":7,\"when\":\"w\",\"who\":\"op\",\"what\":\"12.5\",\"reason\":\"\"}]}");
    admin.reply("GET /metrics", 200, "text/plain", metrics(100, 1, 10, 1.0));
    admin.reply("GET /metrics", 200, "text/plain", metrics(150, 3, 20, 1.05));
    assertThat(watch(1)).isEqualTo(0);
    String[] screens = run.out().split("\033\\[H\033\\[J");
    assertThat(screens).hasSize(3);
    assertThat(screens[1]).contains("12.5 %").containsPattern("old +- +- +- +-");
    assertThat(screens[2])
        .containsPattern("old +52.0 +2.0 +5.0 +99.0")
        .containsPattern("new +0.0 +0.0 +0.0 +0.0");
  }

  private static String metrics(int good, int bad, int timed, double seconds) {
    return """
        # TYPE crossfade_requests_total counter
        crossfade_requests_total{code="200",method="GET",reason="bucket",variant="old"} %d.0
        crossfade_requests_total{code="502",method="GET",reason="bucket",variant="old"} %d.0
        crossfade_requests_total{code="200",method="GET",reason="rule",variant="none"} 1000.0
        crossfade_request_duration_seconds_bucket{variant="old",le="0.05"} %d
        crossfade_request_duration_seconds_bucket{variant="old",le="0.1"} %d
        crossfade_request_duration_seconds_bucket{variant="old",le="+Inf"} %d
        crossfade_request_duration_seconds_count{variant="old"} %d
        crossfade_request_duration_seconds_sum{variant="old"} %s
        """
        .formatted(good, bad, timed / 2, timed, timed, timed, seconds);
  }
}
