package dev.crossfade.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.crossfade.testing.ChildProcess;
import dev.crossfade.testing.Installed;
import dev.crossfade.testing.Opened;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the project brings for Prometheus and Grafana, tried with Debian's Prometheus. */
class PrometheusIT {
  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
  private static final Path RULES = TOP.resolve("config/prometheus");
  private static final Path DASHBOARD = TOP.resolve("docker/grafana/dashboards/crossfade.json");
  private static final JsonMapper JSON = new JsonMapper();

  /** What need not happen within a test. */
  private static final Pattern MAY_BE_ZERO =
      Pattern.compile(
          "crossfade_(learned_evictions_total|upstream_ejections_total|upstream_failed_probes_total"
              + "|upstream_waiting_requests)");

  @TempDir Path folder;

  @RegisterExtension final Opened opened = new Opened();
  private final HttpClient client = HttpClient.newHttpClient();
  private Path prometheus;
  private Path promtool;
  private int port;

  @BeforeEach
  void find() {
    prometheus = Installed.require("prometheus", "prometheus");
    promtool = Installed.require("promtool", "prometheus");
  }

  // ---- rules

  private void promtool(Path input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(promtool.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(TOP.toFile()).redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void theRulesAreRules() throws Exception {
    promtool(
        null,
        "check",
        "rules",
        "config/prometheus/crossfade-rules.yml",
        "config/prometheus/crossfade-alerts.yml");
  }

  @Test
  void alertsFireWhereTheyMustAndNowhereElse() throws Exception {
    promtool(null, "test", "rules", "proxy/src/test/prometheus/alerts-test.yml");
  }

  @Test
  void everyAlertIsTested() throws Exception {
    Set<String> alerts = all("- alert: (\\w+)", RULES.resolve("crossfade-alerts.yml"));
    Path tests = TOP.resolve("proxy/src/test/prometheus/alerts-test.yml");
    assertThat(all("alertname: (\\w+)\\n\\s+eval_time: \\w+\\n\\s+exp_alerts", tests))
        .isEqualTo(alerts)
        .hasSizeGreaterThan(6);
  }

  private static Set<String> all(String expression, Path file) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(expression).matcher(Files.readString(file));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void theContainersTakeTheRulesToo() throws Exception {
    promtool(null, "check", "config", "docker/prometheus/prometheus.yml");
    assertThat(Files.readString(TOP.resolve("docker/prometheus/prometheus.yml")))
        .contains("- /etc/prometheus/rules/*.yml");
    assertThat(Files.readString(TOP.resolve("docker/compose.yml")))
        .contains("- ../config/prometheus:/etc/prometheus/rules:ro");
  }

  // ---- a running proxy

  private void startPrometheus(int adminPort) throws Exception {
    port = ChildProcess.freePort();
    Path configuration =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            """
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [ "%s/*.yml" ]
            scrape_configs:
              - job_name: shop
                static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
            """
                .formatted(RULES, adminPort));
    ChildProcess process =
        opened.add(
            ChildProcess.start(
                folder,
                folder.resolve("prometheus.log"),
                Map.of(),
                List.of(
                    prometheus.toString(),
                    "--config.file=" + configuration,
                    "--storage.tsdb.path=" + folder.resolve("prometheus"),
                    "--web.listen-address=127.0.0.1:" + port,
                    "--log.level=warn")));
    process.awaitPort(port);
    await().atMost(Duration.ofSeconds(30)).until(() -> greatest("up{job=\"shop\"}") == 1);
  }

  private JsonNode ask(String path) throws IOException {
    try {
      String answer =
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                  BodyHandlers.ofString())
              .body();
      JsonNode said = JSON.readTree(answer);
      assertThat(said.path("status").asString()).as(answer).isEqualTo("success");
      return said.path("data");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** The greatest value that an expression has had; not a number where it has had none. */
  private double greatest(String expression) throws IOException {
    long now = System.currentTimeMillis() / 1000;
    JsonNode found =
        ask(
            "/api/v1/query_range?step=1&start="
                + (now - 300)
                + "&end="
                + now
                + "&query="
                + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    double greatest = Double.NaN;
    for (JsonNode series : found.path("result")) {
      for (JsonNode sample : series.path("values")) {
        double value = Double.parseDouble(sample.path(1).asString().replace("Inf", "Infinity"));
        if (!Double.isNaN(value) && !(value <= greatest)) {
          greatest = value;
        }
      }
    }
    return greatest;
  }

  /** All expressions of the dashboard's panels and annotations, as Grafana would ask for them. */
  private static Set<String> expressions() throws IOException {
    Set<String> found = new TreeSet<>();
    for (JsonNode expression : JSON.readTree(Files.readString(DASHBOARD)).findValues("expr")) {
      String asked =
          expression
              .asString()
              .replace("$__rate_interval", "15s")
              .replace("$__interval", "15s")
              .replace("$instance", ".*");
      assertThat(asked).as("a variable that Grafana would fill in").doesNotContain("$");
      found.add(asked);
    }
    return found;
  }

  /** Whether it has data by now, and such as shows that it is that of what happened. */
  private boolean hasData(String expression) throws IOException {
    double greatest = greatest(expression);
    return MAY_BE_ZERO.matcher(expression).find() ? greatest >= 0 : greatest > 0;
  }

  @Test
  void everyExpressionOfTheDashboardHasDataAndEveryRuleIsWell() throws Exception {
    Set<String> missing = expressions();
    assertThat(missing).hasSizeGreaterThan(40);
    EveryKindOfTraffic traffic = opened.add(EveryKindOfTraffic.start(folder));
    startPrometheus(traffic.adminPort());
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () -> {
              while (!enough.get()) {
                try {
                  traffic.round();
                  stayForAScrape(traffic);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                // Pauses of the garbage collector are on the dashboard, too.
                System.gc();
              }
            });
    try {
      await()
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> {
                assertThat(running).isNotCompletedExceptionally();
                for (String expression : List.copyOf(missing)) {
                  if (hasData(expression)) {
                    missing.remove(expression);
                  }
                }
                assertThat(missing).isEmpty();
                everyRuleIsWell();
              });
    } finally {
      enough.set(true);
      running.exceptionally(failed -> null).join();
    }
    everyScrapeWasTaken();
    nothingOfOursIsOddToPromtool(traffic);
  }

  /**
   * In a round what the split and maintenance are set to, and who is on new, is gone before anybody
   * looks.
   */
  private void stayForAScrape(EveryKindOfTraffic traffic) throws IOException {
    traffic.tester();
    traffic.change("PUT", "/split", "{\"percent\": 30}");
    traffic.change("PUT", "/maintenance", "{\"freeze-writes\": true}");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                greatest("crossfade_split_percent") >= 30
                    && greatest("crossfade_maintenance") > 0
                    && greatest("crossfade_visitors{variant=\"new\"}") > 0);
    traffic.change("PUT", "/maintenance", "{\"freeze-writes\": false}");
    traffic.change("POST", "/rollback", null);
  }

  private void everyRuleIsWell() throws IOException {
    int rules = 0;
    for (JsonNode group : ask("/api/v1/rules").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        assertThat(rule.path("health").asString()).as(rule.toString()).isEqualTo("ok");
        rules++;
        if (rule.path("type").asString().equals("recording")) {
          String name = rule.path("name").asString();
          assertThat(greatest(name)).as(name).isGreaterThanOrEqualTo(0);
        }
      }
    }
    assertThat(rules).isGreaterThan(15);
    assertThat(greatest("ALERTS{alertname=\"CrossfadeSplitChanged\", alertstate=\"firing\"}"))
        .as("the round changes the split")
        .isEqualTo(1);
    assertThat(greatest("ALERTS{alertname=~\"CrossfadeInstancesDiffer|CrossfadeCertificate.*\"}"))
        .isNaN();
  }

  private void everyScrapeWasTaken() throws IOException {
    assertThat(greatest("1 - up{job=\"shop\"}")).isZero();
    assertThat(greatest("scrape_samples_scraped{job=\"shop\"}")).isGreaterThan(100);
  }

  /** Names, units, help: what promtool would rather have otherwise. */
  private void nothingOfOursIsOddToPromtool(EveryKindOfTraffic traffic) throws Exception {
    Path ours = folder.resolve("ours.txt");
    List<String> lines =
        traffic
            .get("/metrics")
            .lines()
            .filter(line -> line.matches("(# (HELP|TYPE) )?crossfade_.*"))
            .toList();
    Files.writeString(ours, String.join("\n", lines) + "\n");
    promtool(ours, "check", "metrics");
  }
}
