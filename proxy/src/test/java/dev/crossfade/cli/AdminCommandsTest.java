package dev.crossfade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminCommandsTest {
  private static final String UPSTREAMS =
      """
      {"old":{"endpoints":[
         {"address":"127.0.0.1:8081","state":"ready","healthy":true,
          "connections":{"active":3,"idle":5},"last-failure":null,"last-failure-at":null}]},
       "new":{"endpoints":[
         {"address":"unix:/run/new shop.sock","state":"drain","healthy":false,
          "connections":{"active":0,"idle":0},"last-failure":"connect: refused"},
         {"address":"127.0.0.1:8081","state":"maint","healthy":true,
          "connections":{"active":0,"idle":0}}]}}""";

  private final CommandRun run = new CommandRun();
  private final FakeAdmin admin;

  AdminCommandsTest() throws IOException {
    admin = new FakeAdmin();
  }

  @BeforeEach
  void pointAtTheFake() {
    run.environment.put("CROSSFADE_ADMIN", admin.url() + "/");
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  @Test
  void statusShowsTheStateInPlainLines() {
    assertThat(run.execute("status")).isEqualTo(0);
    assertThat(run.out())
        .isEqualTo(
            """
            on new       12.5 %
            revision     7
            epoch        1
            maintenance  off
            changed      2026-11-22T06:30:00Z by operator
            reason       snow ☃
            """);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void jsonIsTheServersOwnInUtf8AndNothingElse() {
    assertThat(run.execute("status", "--json")).isEqualTo(0);
    assertThat(run.out.toByteArray())
        .isEqualTo((FakeAdmin.STATE + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void coloursAreForTerminalsWithoutNoColor() {
    run.terminal = true;
    run.execute("status");
    assertThat(run.out()).contains("\033[1mon new       12.5 %");
    run.out.reset();
    run.environment.put("NO_COLOR", "1");
    run.execute("status");
    assertThat(run.out()).contains("12.5 %").doesNotContain("\033");
  }

  @Test
  void onATerminalTroubleIsRedAndCareIsYellow() {
    admin.reply(
        "GET /upstreams",
        200,
        """
        {"old":{"endpoints":[{"address":"a:1","state":"ready","healthy":true,"connections":{"active":1,"idle":2}},
          {"address":"b:1","state":"drain","healthy":false,"connections":{"active":0,"idle":0}}]},
         "new":{"endpoints":[]}}""");
    run.terminal = true;
    run.execute("upstreams");
    assertThat(run.out())
        .contains("old   a:1       ready  \033[32mhealthy\033[0m    1       2")
        .contains("old   b:1       \033[33mdrain\033[0m  \033[31munhealthy\033[0m  0       0");
    String colourful = run.out();
    run.out.reset();
    run.terminal = false;
    run.execute("upstreams");
    assertThat(run.out())
        .as("piped it is the same without colours")
        .isEqualTo(colourful.replaceAll("\033\\[[0-9;]*m", ""));
  }

  @Test
  void whatOthersWroteCannotDriveTheTerminal() {
    admin.reply(
        "GET /history",
        200,
        """
        {"changes":[{"revision":7,"when":"w","who":"op","what":"split 10 to 12.5","reason":"a\\u001b[2Jb\\nc"}]}""");
    assertThat(run.execute("history", "--limit", "3")).isEqualTo(0);
    assertThat(run.out()).contains("12.5").contains("a?[2Jb c").doesNotContain("\033");
    assertThat(admin.lastAsked().target()).isEqualTo("/history?limit=3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "33.33", "100.0", "1e2", "100.0000000000000001", "-1", "101"})
  void thePercentageIsSentAsItWasTyped(String percent) {
    admin.reply("PUT /split", 200, FakeAdmin.STATE);
    assertThat(run.execute("set", percent)).isEqualTo(0);
    assertThat(admin.lastAsked())
        .isEqualTo(
            new FakeAdmin.Asked("PUT", "/split", "{\"percent\":" + percent + "}", "null", "null"));
  }

  @Test
  void setTellsWhatItChanged() {
    admin.reply("PUT /split", 200, FakeAdmin.STATE.replace("12.5", "25.0").replace(":7", ":8"));
    assertThat(run.execute("set", "25", "--reason", "a \"ünïcode\" reason", "--if-revision", "7"))
        .isEqualTo(0);
    assertThat(run.out()).isEqualTo("25 % of visitors on new (was 12.5 %, revision 8)\n");
    assertThat(admin.lastAsked().body())
        .isEqualTo("{\"percent\":25,\"reason\":\"a \\\"ünïcode\\\" reason\"}");
    assertThat(admin.lastAsked().ifMatch()).isEqualTo("\"7\"");
  }

  @Test
  void setTellsNothingOfBeforeWhereSomebodyElseWasFaster() {
    admin.reply("PUT /split", 200, FakeAdmin.STATE.replace("12.5", "25.0").replace(":7", ":9"));
    assertThat(run.execute("set", "25")).isEqualTo(0);
    assertThat(run.out()).isEqualTo("25 % of visitors on new (revision 9)\n");
  }

  @Test
  void setSaysSoWhereItWasSoAlready() {
    admin.reply("PUT /split", 200, FakeAdmin.STATE);
    assertThat(run.execute("set", "12.5")).isEqualTo(0);
    assertThat(run.out()).contains("already").contains("revision 7");
  }

  @Test
  void aDryRunTellsWhoWouldMoveAndHowToApplyJustThat() {
    admin.reply(
        "PUT /split",
        200,
        """
        {"dry-run":true,"revision":7,"from":10.0,"to":25.0,"visitors-seen":2000,\
        "visitors-moving":{"to-new":301,"to-old":0}}""");
    assertThat(run.execute("set", "25", "--dry-run")).isEqualTo(0);
    assertThat(admin.lastAsked().target()).isEqualTo("/split?dry-run=true");
    assertThat(run.out())
        .isEqualTo(
            """
            from 10 % to 25 %: of 2000 visitors seen lately about 301 would move to new and 0 to old
            nothing was changed; to apply just this: crossfade set 25 --if-revision 7
            """);
  }

  @ParameterizedTest
  @CsvSource({"403, 13", "412, 14", "409, 14", "400, 15", "422, 15", "404, 1", "500, 1"})
  void whatTheAdminRefusesHasItsExitCode(int status, int code) {
    admin.refuse("POST /rollback", status, "because of this");
    admin.refuse("PUT /split", status, "because of that");
    assertThat(run.execute("rollback")).isEqualTo(code);
    assertThat(run.execute("set", "5")).isEqualTo(code);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("crossfade: because of this\ncrossfade: because of that\n");
  }

  @Test
  void aMissingOrWrongTokenIsToldForReadsAndChanges() {
    admin.refuse("GET /upstreams", 401, "no");
    admin.refuse("POST /rollback", 401, "no");
    assertThat(run.execute("upstreams")).isEqualTo(13);
    assertThat(run.execute("rollback", "--reason", "x")).isEqualTo(13);
    assertThat(run.err()).contains("wants a token");
    run.environment.put("CROSSFADE_TOKEN", "wrong");
    assertThat(run.execute("rollback")).isEqualTo(13);
    assertThat(run.err()).contains("refused the token").doesNotContain("wrong");
  }

  @Test
  void anAnswerWithoutWordsStillNamesTheStatus() {
    admin.reply("GET /upstreams", 302, "text/html", "<a href=elsewhere>");
    assertThat(run.execute("upstreams")).isEqualTo(1);
    assertThat(run.err()).contains(admin.url()).contains("302");
  }

  @Test
  void aStrangerOnThatPortIsNotTakenForTheAdmin() {
    admin.reply("GET /upstreams", 200, "text/html", "<h1>Hello</h1>");
    assertThat(run.execute("upstreams", "--json")).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no JSON");
    admin.reply("GET /history", 200, "{broken");
    assertThat(run.execute("history")).isEqualTo(1);
  }

  @Test
  void nobodyThereIsToldWithTheAddress() throws IOException {
    String address;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }
    assertThat(run.execute("promote", "--admin", address)).isEqualTo(12);
    assertThat(run.err()).contains(address).doesNotContain("not known;");
    assertThat(run.execute("status", "--admin", "http://nonexistent.invalid:9900")).isEqualTo(12);
    assertThat(run.err()).contains("nonexistent.invalid");
    assertThat(admin.asked()).isEmpty();
  }

  @Test
  void theFileOfATokenGoesBeforeTheVariableAndTheTokenIsNeverShown(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "from-the-file\n");
    run.environment.put("CROSSFADE_TOKEN", "from-the-variable");
    run.execute("status");
    assertThat(admin.lastAsked().authorization()).isEqualTo("Bearer from-the-variable");
    run.execute("status", "--token-file", file.toString());
    assertThat(admin.lastAsked().authorization()).isEqualTo("Bearer from-the-file");
    Files.writeString(file, "two\nlines");
    assertThat(run.execute("status", "--token-file", file.toString())).isEqualTo(2);
    assertThat(run.out() + run.err()).contains(file.toString()).doesNotContain("from-the", "lines");
  }

  @Test
  void optionsBeforeTheCommandCountUnlessTheCommandHasItsOwn() {
    run.environment.clear();
    assertThat(run.execute("--admin", admin.url(), "status")).isEqualTo(0);
    assertThat(run.execute("--admin", "http://127.0.0.1:1", "status", "--admin", admin.url()))
        .isEqualTo(0);
  }

  @Test
  void rollbackAsksNothingFirstAndSendsNoBodyWithoutAReason() {
    run.terminal = true;
    admin.reply("POST /rollback", 200, FakeAdmin.STATE);
    assertThat(run.execute("rollback")).isEqualTo(0);
    assertThat(admin.asked())
        .containsExactly(new FakeAdmin.Asked("POST", "/rollback", "", "null", "null"));
    assertThat(run.out()).isEqualTo("every visitor is on old (revision 7, epoch 1)\n");
  }

  @Test
  void aRollbackThatIsNotSavedYetIsDoneButWarnsOfIt() {
    admin.reply(
        "POST /rollback", 200, FakeAdmin.STATE.replace("{\"rev", "{\"durable\":false,\"rev"));
    assertThat(run.execute("rollback", "--reason", "@all")).isEqualTo(0);
    assertThat(admin.lastAsked().body()).isEqualTo("{\"reason\":\"@all\"}");
    assertThat(run.err()).contains("could not be saved");
  }

  @ParameterizedTest
  @CsvSource({"'', 1", "n, 1", "y, 0", "YES, 0"})
  void promoteAsksOnATerminal(String typed, int code) {
    run.terminal = true;
    run.typed = typed + "\n";
    admin.reply("POST /promote", 200, FakeAdmin.STATE);
    assertThat(run.execute("promote")).isEqualTo(code);
    assertThat(run.err()).contains("12.5 %").contains("[y/N]");
    assertThat(admin.lastAsked().method()).isEqualTo(code == 0 ? "POST" : "GET");
  }

  @Test
  void promoteAsksNobodyInAPipeOrWithYes() {
    admin.reply("POST /promote", 200, FakeAdmin.STATE);
    assertThat(run.execute("promote")).isEqualTo(0);
    run.terminal = true;
    assertThat(run.execute("promote", "--yes")).isEqualTo(0);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void maintenanceSendsWhatWasGivenAndNothingElse() {
    admin.reply("PUT /maintenance", 200, FakeAdmin.STATE.replace("\"old\":false", "\"old\":true"));
    assertThat(run.execute("maintenance", "--old", "on", "--freeze-writes", "off")).isEqualTo(0);
    assertThat(admin.lastAsked().body()).isEqualTo("{\"old\":true,\"freeze-writes\":false}");
    assertThat(run.out()).containsPattern("old +closed").containsPattern("new +open");
  }

  @Test
  void maintenanceWithoutOptionsOnlyShows() {
    assertThat(run.execute("maintenance")).isEqualTo(0);
    assertThat(admin.asked()).extracting(FakeAdmin.Asked::method).containsExactly("GET");
    assertThat(run.out()).containsPattern("writes +open");
  }

  @Test
  void drainFindsTheSideOfAnEndpoint() {
    admin.reply("GET /upstreams", 200, UPSTREAMS);
    admin.reply("PUT /upstreams/new/endpoints/unix:/run/new shop.sock", 200, FakeAdmin.STATE);
    assertThat(run.execute("drain", "unix:/run/new shop.sock")).isEqualTo(0);
    assertThat(admin.lastAsked().target())
        .isEqualTo("/upstreams/new/endpoints/unix%3A%2Frun%2Fnew%20shop.sock");
    assertThat(admin.lastAsked().body()).isEqualTo("{\"state\":\"drain\"}");
  }

  @Test
  void drainWaitsUntilNothingIsUnderWayThere() {
    String busy = UPSTREAMS.replace("\"active\":0,\"idle\":0},\"last-failure\"", "%s");
    for (int active : new int[] {2, 2, 1, 0}) {
      admin.reply(
          "GET /upstreams",
          200,
          busy.replace("%s", "\"active\":" + active + ",\"idle\":0},\"last-failure\""));
    }
    admin.reply("PUT /upstreams/new/endpoints/unix:/run/new shop.sock", 200, FakeAdmin.STATE);
    assertThat(run.execute("drain", "unix:/run/new shop.sock", "--wait")).isEqualTo(0);
    assertThat(run.out())
        .isEqualTo("unix:/run/new shop.sock is in state drain\nunix:/run/new shop.sock is empty\n");
    assertThat(run.err()).contains("2 requests under way", "1 request under way");
    assertThat(run.pauses).isEqualTo(2);
  }

  @Test
  void drainOfWhatIsNoEndpointNamesThoseThereAre() {
    admin.reply("GET /upstreams", 200, UPSTREAMS);
    assertThat(run.execute("drain", "127.0.0.1:1")).isEqualTo(15);
    assertThat(run.err()).contains("127.0.0.1:1", "127.0.0.1:8081", "unix:/run/new shop.sock");
  }

  @Test
  void drainOfAnEndpointOfBothSidesWantsToKnowWhich() {
    admin.reply("GET /upstreams", 200, UPSTREAMS);
    admin.reply("PUT /upstreams/old/endpoints/127.0.0.1:8081", 200, FakeAdmin.STATE);
    assertThat(run.execute("drain", "127.0.0.1:8081")).isEqualTo(15);
    assertThat(run.err()).contains("--side");
    assertThat(run.execute("drain", "127.0.0.1:8081", "--side", "old", "--state", "ready"))
        .isEqualTo(0);
    assertThat(admin.lastAsked().body()).isEqualTo("{\"state\":\"ready\"}");
  }

  @Test
  void upstreamsIsATableOfEndpoints() {
    admin.reply("GET /upstreams", 200, UPSTREAMS);
    assertThat(run.execute("upstreams")).isEqualTo(0);
    assertThat(run.out())
        .isEqualTo(
            """
            SIDE  ENDPOINT                 STATE  HEALTH     IN USE  IDLE  LAST FAILURE
            old   127.0.0.1:8081           ready  healthy    3       5
            new   unix:/run/new shop.sock  drain  unhealthy  0       0     connect: refused
            new   127.0.0.1:8081           maint  healthy    0       0
            """);
  }

  @Test
  void explainAsksWithEverythingPercentEncoded() {
    admin.reply("GET /explain", 200, "{\"side\":\"new\",\"reason\":\"bucket\",\"bucket\":1234}");
    assertThat(
            run.execute(
                "explain",
                "--method",
                "PUT",
                "--path",
                "/a b?c",
                "--cookie",
                "PHPSESSID=ä; x=1+1",
                "--host",
                "h",
                "--client",
                "::1",
                "--header",
                "A: b",
                "--header",
                "C:d"))
        .isEqualTo(0);
    assertThat(admin.lastAsked().target())
        .isEqualTo(
            "/explain?method=PUT&path=%2Fa%20b%3Fc&cookie=PHPSESSID%3D%C3%A4%3B%20x%3D1%2B1"
                + "&host=h&client=%3A%3A1&header=A%3A%20b&header=C%3Ad");
    assertThat(run.out()).isEqualTo("side    new\nreason  bucket\nbucket  1234\n");
  }

  @Test
  void reloadTellsWhatChanged() {
    admin.reply(
        "POST /reload", 200, "{\"revision\":7,\"changed\":[\"listen[1].address\",\"rules\"]}");
    assertThat(run.execute("reload")).isEqualTo(0);
    assertThat(run.out())
        .isEqualTo(
            """
            the configuration file was read again and is in force
            changed: listen[1].address, rules
            """);
  }

  @Test
  void reloadTellsThatNothingChanged() {
    admin.reply("POST /reload", 200, "{\"revision\":7,\"changed\":[]}");
    assertThat(run.execute("reload")).isEqualTo(0);
    assertThat(run.out()).endsWith("nothing in it has changed\n");
  }

  @Test
  void aConfigurationThatReloadRefusesHasTheCodeOfConfigurations() {
    admin.refuse("POST /reload", 422, "a.conf:9: unknown key nonsense\\nb");
    assertThat(run.execute("reload")).isEqualTo(10);
    assertThat(run.err()).isEqualTo("crossfade: a.conf:9: unknown key nonsense\nb\n");
  }
}
