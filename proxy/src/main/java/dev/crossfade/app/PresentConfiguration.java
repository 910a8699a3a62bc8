package dev.crossfade.app;

/** The configuration in force; one volatile read. Safe from any thread. */
final class PresentConfiguration {
  private volatile Configured present;

  PresentConfiguration(Configured first) {
    present = first;
  }

  Configured get() {
    return present;
  }

  void set(Configured next) {
    present = next;
  }
}
