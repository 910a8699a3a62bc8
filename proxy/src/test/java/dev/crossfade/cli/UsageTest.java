package dev.crossfade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  private final CommandRun run = new CommandRun();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frobnicate",
        "status --frobnicate",
        "status --admin",
        "status --admin=",
        "status --admin ftp://127.0.0.1",
        "status --admin http://me:secret@127.0.0.1",
        "status --admin http://127.0.0.1:99999",
        "status --token-file /nowhere/token",
        "set",
        "set 1 2",
        "set abc",
        "set NaN",
        "set 05",
        "set +5",
        "set 25%",
        "set 5 --if-revision abc",
        "maintenance --old maybe",
        "drain",
        "run --nope",
        "run -c",
        "demo --port 70000",
        "demo --traffic=501",
        "demo --traffic=-1",
        "demo --traffic=much",
        "demo-shop --side blue",
        "demo-shop --side old --address nowhere",
        "demo-shop"
      })
  void aWrongCommandLineIsRefusedOnStandardError(String line) {
    assertThat(run.execute(line.split(" "))).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("crossfade: ").doesNotContain("\tat ");
    assertThat(run.started).isEmpty();
  }

  @Test
  void anEmptyValueIsNeverTakenForTheDefault() {
    assertThat(run.execute("set", "")).isEqualTo(2);
    assertThat(run.err()).contains("The percentage is empty.");
    run.environment.put("CROSSFADE_ADMIN", "");
    assertThat(run.execute("set", "5")).isEqualTo(2);
    assertThat(run.err()).contains("CROSSFADE_ADMIN) is empty");
  }

  @Test
  void noCommandAtAllShowsTheUsageOnStandardError() {
    assertThat(run.execute()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Usage: crossfade");
  }

  @Test
  void theHelpNamesEveryCommandAndHidesWhatIsNotForPeople() {
    assertThat(run.execute("--help")).isEqualTo(0);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsSubsequence(
            "run",
            "check",
            "status",
            "set",
            "rollback",
            "promote",
            "maintenance",
            "drain",
            "history",
            "upstreams",
            "explain",
            "reload",
            "watch",
            "demo",
            "generate-completion")
        .doesNotContain("warm-up", "demo-shop", "\033");
  }

  @Test
  void everyCommandHasAHelpOfItsOwn() {
    assertThat(run.execute("set", "--help")).isEqualTo(0);
    assertThat(run.out()).contains("crossfade set", "--if-revision", "--admin", "--dry-run");
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(run.execute("--version")).isEqualTo(0);
    assertThat(run.out()).matches("crossfade .+, Java .+\\R");
  }

  @Test
  void theCompletionScriptKnowsTheCommands() {
    assertThat(run.execute("generate-completion")).isEqualTo(0);
    assertThat(run.out()).contains("rollback", "--freeze-writes");
  }

  @ParameterizedTest
  @CsvSource({
    "run, 16, run null",
    "run -c a.conf, 16, run a.conf",
    "check --config a b.conf, 2,",
    "check -c a.conf, 10, check a.conf",
    "check --json, 10, check null as JSON",
    "demo, 11, 'DemoOptions[port=8080, adminPort=9900, oldPort=0, newPort=0, traffic=0]'",
    "demo --port 1 --admin-port 2 --old-port 3 --new-port 4, 11,"
        + " 'DemoOptions[port=1, adminPort=2, oldPort=3, newPort=4, traffic=0]'",
    "demo --traffic, 11, 'DemoOptions[port=8080, adminPort=9900, oldPort=0, newPort=0, traffic=30]'",
    "demo --traffic=5 --port 0, 11, 'DemoOptions[port=0, adminPort=9900, oldPort=0, newPort=0, traffic=5]'",
    "demo-shop --side new --address [::1]:81 --sessions s, 0,"
        + " 'DemoShopOptions[newSide=true, host=[::1], port=81, sessions=s]'"
  })
  void aProgramIsStartedWithItsOptionsAndItsExitCodeIsOurs(String line, int code, String started) {
    assertThat(run.execute(line.split(" "))).isEqualTo(code);
    assertThat(String.join(",", run.started)).isEqualTo(started == null ? "" : started);
  }
}
