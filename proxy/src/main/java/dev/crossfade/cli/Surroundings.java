package dev.crossfade.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command is surrounded by.
 *
 * @param environment variables
 * @param in what the person types
 * @param out results, always UTF-8
 * @param err messages, always UTF-8
 * @param asks whether somebody is there to be asked
 * @param screen whether results go to a terminal
 * @param pace the time between two looks of a command that goes on
 */
record Surroundings(
    Map<String, String> environment,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean asks,
    boolean screen,
    Pace pace) {

  /**
   * Which of standard input and output are terminals, as the launcher found them: Java itself
   * cannot tell one from the other.
   */
  private static final String TERMINALS = "crossfade.terminals";

  /** Time for a command that looks again and again. */
  interface Pace {
    /** Nanoseconds since some moment. */
    long nanoTime();

    /** Waits a second. */
    void pause() throws InterruptedException;
  }

  /** Those of this process. */
  static Surroundings ofThisProcess() {
    String terminals = System.getProperty(TERMINALS, "");
    return new Surroundings(
        System.getenv(),
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        terminals.equals("in,out"),
        terminals.endsWith("out"),
        new RealPace());
  }

  /** Whether to colour results. See no-color.org. */
  boolean colours() {
    return screen
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** Not {@code System.out}: that has the encoding of the locale, and JSON is UTF-8 everywhere. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static final class RealPace implements Pace {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void pause() throws InterruptedException {
      Thread.sleep(1000);
    }
  }
}
