package dev.crossfade.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of the command line, with surroundings that a test can choose. */
final class CommandRun implements Programs, Surroundings.Pace {
  final Map<String, String> environment = new HashMap<>();
  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final List<String> started = new ArrayList<>();
  OutputStream sink =
      new FilterOutputStream(out) {
        @Override
        public void flush() throws IOException {
          if (readerGone) {
            throw new IOException("Broken pipe");
          }
        }
      };
  String typed = "";
  boolean terminal;
  boolean readerGone;
  int pauses;
  Runnable atPause = () -> {};

  int execute(String... arguments) {
    return CrossfadeCommand.execute(
        this,
        new Surroundings(
            environment,
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(sink, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal,
            terminal,
            this),
        arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Override
  public long nanoTime() {
    return pauses * 1_000_000_000L;
  }

  @Override
  public void pause() {
    pauses++;
    atPause.run();
  }

  @Override
  public ExitCode run(@Nullable Path configuration) {
    started.add("run " + configuration);
    return ExitCode.STATE_UNUSABLE;
  }

  @Override
  public ExitCode check(@Nullable Path configuration, boolean json) {
    started.add("check " + configuration + (json ? " as JSON" : ""));
    return ExitCode.CONFIGURATION_REFUSED;
  }

  @Override
  public ExitCode demo(DemoOptions options) {
    started.add(options.toString());
    return ExitCode.ADDRESS_IN_USE;
  }

  @Override
  public ExitCode demoShop(DemoShopOptions options) {
    started.add(options.toString());
    return ExitCode.DONE;
  }

  @Override
  public ExitCode warmUp() {
    started.add("warm-up");
    return ExitCode.DONE;
  }
}
