package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Opened;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.PlainHttpClient.Field;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as scripts and supervisors see it: exit codes, signals, what it prints. */
class ProgramIT {
  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private RecordingOrigin origin;
  private int port;
  private int adminPort;

  /** A process of the product's, and its standard output. */
  private record Program(Process process, BufferedReader output, Path log)
      implements AutoCloseable {
    void signal(String name) throws Exception {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    int exit() throws Exception {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ended").isTrue();
      return process.exitValue();
    }

    String errors() throws IOException {
      return Files.readString(log);
    }

    String ready() throws IOException {
      String line = output.readLine();
      assertThat(line).as(errors()).isNotNull().startsWith("ready ");
      return line;
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @BeforeEach
  void startOrigin() throws Exception {
    origin = opened.add(RecordingOrigin.start("old"));
    port = ChildProcess.freePort();
    adminPort = ChildProcess.freePort();
  }

  private Program start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.crossfade.app.Main"));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(folder, "crossfade", ".log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    return opened.add(new Program(process, process.inputReader(StandardCharsets.UTF_8), log));
  }

  private Path configuration(String... lines) throws IOException {
    Path file = folder.resolve("crossfade.conf");
    StringBuilder text = new StringBuilder();
    text.append("listen = [{ address = \"127.0.0.1:").append(port).append("\" }]\n");
    text.append("admin.address = \"127.0.0.1:").append(adminPort).append("\"\n");
    text.append("upstreams.old.endpoints = [\"").append(origin.address()).append("\"]\n");
    Stream.of(lines).forEach(line -> text.append(line).append('\n'));
    return Files.writeString(file, "crossfade {\n" + text + "}\n");
  }

  private Program run(String... lines) throws IOException {
    return start("run", "-c", configuration(lines).toString());
  }

  private PlainHttpClient.Answer admin(String method, String target, @Nullable String body)
      throws IOException {
    try (PlainHttpClient client = new PlainHttpClient(adminPort)) {
      return client.request(
          method, target, List.of(new Field("Content-Type", "application/json")), body);
    }
  }

  @ParameterizedTest
  @CsvSource({"TERM, 0", "INT, 130"})
  void aSignalDrainsAndEnds(String signal, int code) throws Exception {
    Program proxy = run();
    assertThat(proxy.ready()).contains("127.0.0.1:" + port, "127.0.0.1:" + adminPort);
    origin.hold();
    WireClient client = opened.add(WireClient.to(port)).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await().until(() -> origin.seen().size() == 1);
    proxy.signal(signal);
    await().until(() -> admin("GET", "/readyz", null).status() == 503);
    assertThat(proxy.process().isAlive()).isTrue();
    origin.release();
    assertThat(client.readToEnd()).contains("Connection: close\r\n").endsWith("old");
    client.close();
    assertThat(proxy.exit()).isEqualTo(code);
    assertThat(proxy.output().readLine()).as("more on standard output").isNull();
    assertThat(proxy.errors()).doesNotContain("Exception", "\tat ");
  }

  @Test
  void aSecondSignalEndsAtOnce() throws Exception {
    Program proxy = run("drain-timeout = 10m");
    proxy.ready();
    origin.hold();
    opened.add(WireClient.to(port)).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await().until(() -> origin.seen().size() == 1);
    proxy.signal("TERM");
    await().until(() -> admin("GET", "/readyz", null).status() == 503);
    proxy.signal("INT");
    assertThat(proxy.exit()).isEqualTo(130);
  }

  @Test
  void duringTheShutdownDelayItServesOnAndSaysThatItIsNotReady() throws Exception {
    Program proxy = run("shutdown-delay = 10m");
    proxy.ready();
    proxy.signal("TERM");
    await().until(() -> admin("GET", "/readyz", null).status() == 503);
    assertThat(admin("GET", "/healthz", null).status()).isEqualTo(200);
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      PlainHttpClient.Answer answer = client.get("/");
      assertThat(answer.body()).isEqualTo("old");
      assertThat(answer.field("Connection")).as("it goes on as before").isEmpty();
      assertThat(client.get("/").body()).isEqualTo("old");
    }
    assertThat(admin("POST", "/rollback", null).status()).isEqualTo(200);
    proxy.signal("TERM");
    assertThat(proxy.exit()).isZero();
  }

  @Test
  void whenTheShutdownDelayIsOverItDrainsAndEnds() throws Exception {
    Program proxy = run("shutdown-delay = 300ms");
    proxy.ready();
    proxy.signal("TERM");
    assertThat(proxy.exit()).isZero();
    assertThat(proxy.errors()).containsSubsequence("Not ready any more", "Draining");
  }

  @Test
  void aHangUpBeforeItIsReadyDoesNotEndTheRun() throws Exception {
    Program proxy = run();
    await().until(() -> proxy.errors().contains("Transport"));
    proxy.signal("HUP");
    proxy.ready();
    await().until(() -> proxy.errors().contains("Configuration reloaded"));
    assertThat(proxy.process().isAlive()).isTrue();
  }

  @Test
  void aReloadOpensAndClosesListenersAndSaysWhatChanged() throws Exception {
    Program proxy = run();
    proxy.ready();
    int more = ChildProcess.freePort();
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      assertThat(client.get("/").status()).isEqualTo(200);
      configuration("listen += { address = \"127.0.0.1:" + more + "\" }", "debug-headers = always");
      PlainHttpClient.Answer reloaded = admin("POST", "/reload", null);
      assertThat(reloaded.status()).isEqualTo(200);
      assertThat(reloaded.body()).contains("\"changed\":[\"debug-headers\",\"listen[1].address\"]");
      try (PlainHttpClient other = new PlainHttpClient(more)) {
        assertThat(other.get("/").field("X-Crossfade-Variant")).hasValue("old");
      }
      assertThat(admin("POST", "/reload", null).body()).contains("\"changed\":[]");
      configuration();
      assertThat(admin("POST", "/reload", null).status()).isEqualTo(200);
      assertThatThrownBy(() -> new PlainHttpClient(more).get("/"))
          .isInstanceOf(ConnectException.class);
      assertThat(client.get("/").status()).as("on its connection all the time").isEqualTo(200);
    }
  }

  @Test
  void aReloadThatCannotBeWholeIsRefusedWithNames() throws Exception {
    Program proxy = run();
    proxy.ready();
    int more = ChildProcess.freePort();
    configuration(
        "listen += { address = \"127.0.0.1:" + more + "\" }",
        "event-loops = 7",
        "state.dir = elsewhere",
        "timeouts.connect = 1s");
    PlainHttpClient.Answer refused = admin("POST", "/reload", null);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body()).contains("event-loops, ", "timeouts.connect, state.dir");

    configuration(
        "listen += { address = \"127.0.0.1:" + more + "\" }",
        "listen += { address = \"127.0.0.1:" + origin.port() + "\" }",
        "debug-headers = always");
    refused = admin("POST", "/reload", null);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body()).contains("Can't listen on 127.0.0.1:" + origin.port());
    assertThatThrownBy(() -> new PlainHttpClient(more).get("/"))
        .as("none of it is in force")
        .isInstanceOf(ConnectException.class);
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      assertThat(client.get("/").field("X-Crossfade-Variant")).isEmpty();
    }
  }

  @Test
  void aReloadReadsFilesAgainAndNamesTheirKeys() throws Exception {
    Path page = Files.writeString(folder.resolve("closed.html"), "first");
    Path token = Files.writeString(folder.resolve("upgrade-token"), "one");
    Program proxy = run("pages.maintenance = closed.html", "upgrade.token-file = upgrade-token");
    proxy.ready();
    Files.writeString(page, "second");
    assertThat(admin("POST", "/reload", null).body())
        .contains("\"changed\":[\"pages.maintenance\"]");
    Files.writeString(token, "two");
    assertThat(admin("POST", "/reload", null).body())
        .contains("\"changed\":[\"upgrade.token-file\"]");
    assertThat(admin("GET", "/explain?cookie=upgrade%3Dtwo", null).body()).contains("upgrade");
  }

  @Test
  void aReloadChangesTheDrainTimeoutToo() throws Exception {
    Program proxy = run("drain-timeout = 10m");
    proxy.ready();
    origin.hold();
    opened.add(WireClient.to(port)).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await().until(() -> origin.seen().size() == 1);
    configuration("drain-timeout = 100ms");
    assertThat(admin("POST", "/reload", null).status()).isEqualTo(200);
    proxy.signal("TERM");
    assertThat(proxy.exit()).isZero();
  }

  @Test
  void sighupTakesAGoodConfigurationAndRefusesABadOne() throws Exception {
    Program proxy = run();
    proxy.ready();
    configuration("debug-headers = always");
    proxy.signal("HUP");
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      await().until(() -> client.get("/").field("X-Crossfade-Variant").isPresent());
      configuration("debug-headers = somewhat");
      proxy.signal("HUP");
      await().until(() -> proxy.errors().contains("debug-headers"));
      assertThat(client.get("/").field("X-Crossfade-Variant")).hasValue("old");
    }
    proxy.signal("TERM");
    assertThat(proxy.exit()).isZero();
  }

  @Test
  void aBadConfigurationIsExitCode10() throws Exception {
    Program proxy = run("no-such-key = 1", "failover = perhaps");
    assertThat(proxy.exit()).isEqualTo(10);
    assertThat(proxy.errors()).contains("no-such-key", "failover").doesNotContain("\tat ");
    assertThat(proxy.output().readLine()).isNull();
  }

  @Test
  void anAddressThatIsTakenIsExitCode11() throws Exception {
    port = origin.port();
    Program traffic = run();
    assertThat(traffic.exit()).isEqualTo(11);
    assertThat(traffic.errors()).contains("127.0.0.1:" + port).doesNotContain("\tat ");
    port = ChildProcess.freePort();
    adminPort = origin.port();
    Program admin = run();
    assertThat(admin.exit()).isEqualTo(11);
    assertThat(admin.errors()).contains("127.0.0.1:" + adminPort);
  }

  @Test
  void aStateFolderInUseIsExitCode16AndNamesTheHolder() throws Exception {
    Program first = run();
    first.ready();
    port = ChildProcess.freePort();
    adminPort = ChildProcess.freePort();
    Program second = run();
    assertThat(second.exit()).isEqualTo(16);
    assertThat(second.errors()).contains("process " + first.process().pid());
  }

  @Test
  void anAcknowledgedChangeSurvivesKill9() throws Exception {
    Program proxy = run();
    proxy.ready();
    assertThat(admin("PUT", "/split", "{\"percent\": 42.42}").status()).isEqualTo(200);
    proxy.signal("KILL");
    proxy.exit();
    Program again = run();
    again.ready();
    assertThat(admin("GET", "/split", null).body()).contains("42.42");
  }

  @Test
  void aReloadKeepsTheKeyInForceThoughItsFileHasVanished() throws Exception {
    Program proxy = run("debug-headers = always");
    proxy.ready();
    Path key = folder.resolve("data/affinity.key");
    String text = Files.readString(key);
    try (PlainHttpClient visitor = new PlainHttpClient(port)) {
      String bucket = visitor.get("/").field("X-Crossfade-Bucket").orElseThrow();
      Files.delete(key);
      assertThat(admin("POST", "/reload", null).status()).isEqualTo(200);
      assertThat(visitor.get("/").field("X-Crossfade-Bucket")).hasValue(bucket);
      assertThat(key).hasContent(text);
      assertThat(proxy.errors()).contains("affinity.key");
    }
  }

  @Test
  void withItsStateFolderGoneARollbackStillHoldsAndVisitorsAreServed() throws Exception {
    Program proxy = run("split.initial-percent = 50");
    proxy.ready();
    try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertThat(admin("PUT", "/split", "{\"percent\": 60}").status()).isIn(200, 500);
    assertThat(admin("POST", "/rollback", null).status()).isEqualTo(200);
    assertThat(admin("GET", "/split", null).body()).contains("\"percent\":0.0");
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      assertThat(client.get("/").body()).isEqualTo("old");
    }
  }

  @Test
  void anEndpointWhoseNameIsNotKnownKeepsNobodyFromStarting() throws Exception {
    Program proxy = run("upstreams.new.endpoints = [\"no-such-host.invalid:80\"]");
    proxy.ready();
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      assertThat(client.get("/").body()).isEqualTo("old");
      client.cookies().put("upgrade", "1");
      assertThat(client.get("/").status()).isEqualTo(503);
    }
  }

  @ParameterizedTest
  @CsvSource({"USR1", "HUP"})
  void aSignalAfterARenameOpensTheAccessLogAnewAndNoLineIsLost(String signal) throws Exception {
    Program proxy = run("access-log { file = access.log, format = combined }");
    proxy.ready();
    Path current = folder.resolve("access.log");
    Path older = folder.resolve("access.log.1");
    int requests = 0;
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      while (requests < 50) {
        client.get("/" + requests++);
      }
      Files.move(current, older);
      while (requests < 100) {
        client.get("/" + requests++);
      }
      proxy.signal(signal);
      await().until(() -> Files.exists(current));
      while (requests < 150) {
        client.get("/" + requests++);
      }
    }
    proxy.signal("TERM");
    assertThat(proxy.exit()).isZero();
    List<String> lines = new ArrayList<>(Files.readAllLines(older));
    assertThat(lines).as("in the old file").hasSize(100);
    lines.addAll(Files.readAllLines(current));
    for (int i = 0; i < 150; i++) {
      assertThat(lines.get(i)).contains("\"GET /" + i + " HTTP/1.1\" 200 ");
    }
    assertThat(lines).hasSize(150);
    assertThat(proxy.errors()).doesNotContain("access log");
  }

  @Test
  void usr1WithoutAnAccessLogDoesNothing() throws Exception {
    Program proxy = run();
    await().until(() -> proxy.errors().contains("Transport"));
    proxy.signal("USR1");
    proxy.ready();
    proxy.signal("USR1");
    assertThat(admin("GET", "/readyz", null).status()).isEqualTo(200);
    proxy.signal("TERM");
    assertThat(proxy.exit()).isZero();
  }

  @Test
  void theAccessLogMayGoToStandardErrorButNeverToStandardOutput() throws Exception {
    Program proxy = run("access-log.file = \"-\"");
    proxy.ready();
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      client.get("/seen");
    }
    proxy.signal("HUP");
    await().until(() -> proxy.errors().contains("Configuration reloaded"));
    try (PlainHttpClient client = new PlainHttpClient(port)) {
      client.get("/seen-again");
    }
    proxy.signal("TERM");
    assertThat(proxy.exit()).isZero();
    assertThat(proxy.errors()).contains("\"path\":\"/seen\"", "\"path\":\"/seen-again\"");
    assertThat(proxy.output().readLine()).isNull();
  }

  @Test
  void anAccessLogThatCanNotBeOpenedIsExitCode10AndRefusesAReload() throws Exception {
    Program refused = run("access-log.file = \"/proc/self/access.log\"");
    assertThat(refused.exit()).isEqualTo(10);
    assertThat(refused.errors()).contains("access-log.file").doesNotContain("\tat ");
    Program proxy = run();
    proxy.ready();
    configuration("access-log.file = \"/proc/self/access.log\"", "debug-headers = always");
    PlainHttpClient.Answer answer = admin("POST", "/reload", null);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("access-log.file");
    configuration("access-log { file = access.log, queue = 2MiB }");
    assertThat(admin("POST", "/reload", null).body()).contains("access-log.queue");
    assertThat(folder.resolve("access.log")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"TERM, 0, 0", "INT, 130, 0", "TERM, 0, 20"})
  void theDemoEndsAtOnceAndLeavesNothingBehind(String signal, int code, String traffic)
      throws Exception {
    Program demo = start("demo", "--port", "0", "--admin-port", "0", "--traffic=" + traffic);
    String line = demo.output().readLine();
    while (line != null && !line.contains("Open the shop")) {
      line = demo.output().readLine();
    }
    assertThat(line).as(demo.errors()).isNotNull();
    assertThat(demoFolders()).hasSize(1);
    demo.signal(signal);
    assertThat(demo.process().waitFor(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS))
        .isTrue();
    assertThat(demo.exit()).isEqualTo(code);
    assertThat(demoFolders()).isEmpty();
  }

  private List<Path> demoFolders() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith("crossfade-demo-")).toList();
    }
  }
}
