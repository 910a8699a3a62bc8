package dev.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The table of bad-configurations.txt: each with its exact messages. */
class BadConfigurationsTest {
  @TempDir private Path dir;

  private record Case(String name, String file, String messages) {
    static Case of(String block) {
      int firstLine = block.indexOf('\n');
      String[] parts = block.substring(firstLine + 1).split("(?m)^====\n", 2);
      return new Case(block.substring(0, firstLine), parts[0], parts[1].strip());
    }
  }

  private static List<Case> cases() throws IOException {
    String table = Files.readString(ConfigFolder.resource("bad-configurations.txt"));
    return Arrays.stream(table.split("(?m)^#### ")).skip(1).map(Case::of).toList();
  }

  @TestFactory
  Stream<DynamicTest> isRefusedInTheseWords() throws IOException {
    ConfigFolder folder = new ConfigFolder(dir);
    return cases().stream()
        .map(
            bad ->
                dynamicTest(
                    bad.name(),
                    () -> {
                      ConfigProblems refused =
                          catchThrowableOfType(ConfigProblems.class, () -> folder.read(bad.file()));
                      assertThat(refused).as("refused").isNotNull();
                      assertThat(folder.messages(refused)).isEqualTo(bad.messages());
                    }));
  }

  @Test
  void theTableHasManyCasesAndNoneTwice() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(150).extracting(Case::name).doesNotHaveDuplicates();
  }
}
