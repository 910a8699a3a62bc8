package dev.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReportTest {
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
}
