package dev.crossfade.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.loadtest.kills.Kills;
import dev.crossfade.loadtest.scrapes.Scrapes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What keeps a load test from its run, and what its caller is told then. */
class LoadTestTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  static Stream<CommandLine> all() {
    return Stream.of(new Verify(), new Simulate(), new Hang(), new Kills(), new Scrapes())
        .map(LoadTest::commandLine);
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutALauncherItSaysSoInOneLine(CommandLine test) {
    Path launcher = folder.resolve("crossfade");
    assertThat(exitCode(test, "--launcher", launcher.toString())).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("%s: There is no launcher at %s%n".formatted(test.getCommandName(), launcher));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aProxyThatEndsAtOnceIsToldInOneLineWithWhereItsLogIs(CommandLine test) throws Exception {
    Path launcher = launcher("echo to begin with >&2; echo 'no room to run' >&2; exit 16");
    assertThat(exitCode(test, "--launcher", launcher.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .matches(
            test.getCommandName() + ": .* did not start; the last it said in .*: no room to run");
    Path log = Path.of(err.toString().replaceAll("(?s).* said in ([^:]*):.*", "$1"));
    assertThat(log).hasContent("to begin with\nno room to run");
    StartedProgram.delete(log.getParent());
  }

  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(exitCode(new Verify().commandLine(), "--old-port", port)).isEqualTo(1);
      assertThat(err.toString().lines())
          .singleElement()
          .asString()
          .startsWith("verify: Nobody can listen on port " + port + " of loopback: ");
    }
  }

  @Test
  void aTokenThatIsMissingIsTold() throws Exception {
    Path launcher = launcher("echo ready; exec sleep 60");
    Path token = folder.resolve("token");
    String[] asked = {"--launcher", launcher.toString(), "--token-file", token.toString()};
    assertThat(exitCode(new Verify().commandLine(), asked)).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("verify: There is no token to be read at %s%n".formatted(token));
  }

  @Test
  void anNginxThatIsMissingIsTold() {
    Path nginx = folder.resolve("nginx");
    assertThat(exitCode(new Simulate().commandLine(), "--nginx", nginx.toString())).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("simulate: There is no nginx at %s%n".formatted(nginx));
  }

  @Test
  void whatIsAskedForWronglyIsUsage() {
    assertThat(exitCode(new Kills().commandLine(), "--proxies", "squid")).isEqualTo(2);
    assertThat(err.toString()).startsWith("There is no proxy squid.");
    assertThat(exitCode(new Verify().commandLine(), "--connections", "0")).isEqualTo(2);
    assertThat(exitCode(new Simulate().commandLine(), "--threads", "0")).isEqualTo(2);
    assertThat(exitCode(new Scrapes().commandLine(), "--endpoints", "1")).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("counts")
  void thereIsNoLoadTestOfNothing(CommandLine test, String option) {
    for (String value : new String[] {"0", "-1", "many"}) {
      assertThat(exitCode(test, option, value)).as(value).isEqualTo(2);
      assertThat(err.toString()).contains(option, "'" + value + "' is no whole number from 1 on");
    }
  }

  static Stream<Arguments> counts() {
    return Stream.of(new Hang(), new Kills(), new Scrapes())
        .map(LoadTest::commandLine)
        .flatMap(
            test ->
                test.getCommandSpec().options().stream()
                    .filter(option -> option.type() == int.class)
                    .map(option -> Arguments.of(test, option.longestName())));
  }

  private Path launcher(String script) throws Exception {
    Path file = Files.writeString(folder.resolve("crossfade"), "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private int exitCode(CommandLine test, String... arguments) {
    return test.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
  }
}
