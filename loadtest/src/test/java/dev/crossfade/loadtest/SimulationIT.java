package dev.crossfade.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The simulation, smaller, with the built proxy and a real nginx. */
class SimulationIT {
  private static final Path LAUNCHER = Path.of("..", "crossfade");
  private static final Path BUILT = Path.of("..", "proxy", "target", "crossfade-all.jar");
  private static final boolean IN_CI = "true".equals(System.getenv("CI"));

  /** Large enough that nginx flips somebody in every way, whatever the order of the requests. */
  private static final Simulation.Size SIZE = new Simulation.Size(3_000, 16, 7);

  @AutoClose private final Loops loops = new Loops(2);

  @Test
  void crossfadeKeepsEveryoneOnTheirSide() throws Exception {
    assumeTrue(IN_CI || Files.exists(BUILT), "the proxy is not built");
    Simulation.Result result = Simulate.crossfade(SIZE, loops, LAUNCHER);
    List<String> lines = new Comparison(List.of(result)).lines();
    lines.forEach(System.out::println);
    assertThat(Comparison.isFaithful(result)).as(String.join("\n", lines)).isTrue();
  }

  @Test
  void nginxMovesTheSameVisitorsInEveryWay() throws Exception {
    assumeTrue(IN_CI || Installed.program("nginx").isPresent(), "nginx is not installed");
    Simulation.Result result =
        Simulate.nginx(SIZE, loops, Installed.program("nginx").orElseThrow());
    new Comparison(List.of(result)).lines().forEach(System.out::println);
    assertThat(result.example()).isEmpty();
    assertThat(result.visitors())
        .anyMatch(SimulatedVisitor::sawWrongSide)
        .anyMatch(SimulatedVisitor::flippedAtLogin)
        .anyMatch(SimulatedVisitor::flippedBetweenPageAndAsset);
    assertThat(result.phases().get(3).onNew()).as("the recipe's rollback works").isZero();
    assertThat(Comparison.isFaithful(result)).isFalse();
  }
}
