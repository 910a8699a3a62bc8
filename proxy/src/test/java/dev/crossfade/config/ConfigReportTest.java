package dev.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConfigReportTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void everySettingIsThereWithItsSource(@TempDir Path dir) throws ConfigProblems {
    Path file =
        new ConfigFolder(dir)
            .write(
                """
                crossfade {
                  listen = [{ address = "127.0.0.1:80" }]
                  session.hash = nginx
                  upgrade.token-file = token
                }
                """);

    String report = ConfigReport.effective(file);

    assertThat(report.lines())
        .contains(
            "crossfade.listen[0].address = \"127.0.0.1:80\"  # " + file + ":2",
            "crossfade.session.hash = \"nginx\"  # " + file + ":3",
            "crossfade.session.cookies = [\"PHPSESSID\"]  # default",
            "crossfade.upgrade.token-file = \"token\"  # " + file + ":4",
            "crossfade.affinity.key-file = null  # default",
            "crossfade.rules = []  # default",
            "crossfade.limits.head = \"32KiB\"  # default");
    assertThat(report).doesNotContain("correct-horse-battery-staple");
  }

  @Test
  void withoutAFileAllIsDefaultAndInOrder() throws ConfigProblems {
    assertThat(ConfigReport.effective(null).lines().toList())
        .hasSizeGreaterThan(50)
        .isSorted()
        .allMatch(line -> line.endsWith("  # default"));
  }

  @Test
  void asJsonEachKeyHasItsValueAndSource(@TempDir Path dir) throws ConfigProblems {
    Path file =
        new ConfigFolder(dir)
            .write("crossfade.session.hash = nginx\ncrossfade.limits.fields = 5\n");
    JsonNode report = JSON.readTree(ConfigReport.json(file));
    assertThat(report.path("crossfade.session.hash").path("value").asString()).isEqualTo("nginx");
    assertThat(report.path("crossfade.session.hash").path("source").asString())
        .isEqualTo(file + ":1");
    assertThat(report.path("crossfade.limits.fields").path("value").asInt()).isEqualTo(5);
    assertThat(report.path("crossfade.affinity.key-file").path("value").isNull()).isTrue();
    assertThat(report.path("crossfade.affinity.key-file").path("source").asString())
        .isEqualTo("default");
  }

  @Test
  void problemsAreAListInJson(@TempDir Path dir) {
    Path file = new ConfigFolder(dir).write("crossfade.failover = both\ncrossfade.x = 1\n");
    ConfigProblems refused =
        catchThrowableOfType(ConfigProblems.class, () -> ConfigReport.json(file));
    JsonNode problems = JSON.readTree(ConfigReport.json(refused)).path("problems");
    assertThat(problems).hasSize(2);
    assertThat(problems.get(0).path("line").asInt()).isEqualTo(1);
    assertThat(problems.get(0).path("key").asString()).isEqualTo("crossfade.failover");
    assertThat(problems.get(0).path("file").asString()).isEqualTo(file.toString());
    assertThat(problems.get(0).path("text").asString()).startsWith("expected new-to-old or off");
  }
}
