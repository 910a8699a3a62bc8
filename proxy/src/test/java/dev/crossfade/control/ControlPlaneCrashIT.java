package dev.crossfade.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.PlanFixture;
import dev.crossfade.testing.Chance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneCrashIT {
  private static final int ROUNDS = Chance.rounds(60);

  /** Longer than a change takes, so that the kill finds it at any point of one. */
  private static final int LATEST_NANOS = 3_000_000;

  @TempDir Path folder;

  @Test
  void theLastAnsweredChangeIsInForceAfterAKill() throws Exception {
    long seed = Chance.seed();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String answered = lastAnswerBeforeKill(random, 1 + random.nextInt(40));
      try (FilePlanStore store = FilePlanStore.open(new StateSettings(folder, 0))) {
        List<Change> history = store.recover(Change.initial(PlanFixture.state(1, 0))).history();
        List<String> newest =
            history.subList(Math.max(0, history.size() - 2), history.size()).stream()
                .map(c -> c.state().revision() + " " + c.state().threshold())
                .toList();
        // One more may have been stored that was not answered yet.
        assertThat(newest).as("seed %d, round %d", seed, round).contains(answered);
        assertThat(history.stream().map(c -> c.state().revision()).toList())
            .as("seed %d, round %d", seed, round)
            .doesNotHaveDuplicates()
            .isSorted();
      }
    }
  }

  /** Runs the process, reads that many answers, kills it, and reads what it had still answered. */
  private String lastAnswerBeforeKill(Random random, int answers) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // sixty short lives
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ChangesUntilKilled.class.getName(),
                folder.toString(),
                Long.toString(random.nextLong()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String last = "";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      int read = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.matches("[0-9]+ [0-9]+")) {
          last = line;
          read++;
        }
        if (read == answers) {
          LockSupport.parkNanos(random.nextInt(LATEST_NANOS));
          // By its handle: Process would throw away what is still to be read.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly().onExit().join();
    }
    return last;
  }
}
