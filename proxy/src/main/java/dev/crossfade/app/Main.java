package dev.crossfade.app;

/** Where the program begins. */
public final class Main {
  private Main() {}

  /** Runs a command; see {@code crossfade --help}. */
  public static void main(String[] args) {
    System.exit(1);
  }
}
