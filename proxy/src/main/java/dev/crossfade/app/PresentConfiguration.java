package dev.crossfade.app;

import dev.crossfade.plan.TrafficPlan;

/**
 * The configuration in force, and for the length of a reload the one that is coming: a request gets
 * the one that its plan was made of, so that none is ever served by halves of two. Safe from any
 * thread; changed by one at a time.
 */
final class PresentConfiguration {
  private volatile Configured present;
  private volatile Configured coming;

  PresentConfiguration(Configured first) {
    present = first;
    coming = first;
  }

  Configured get() {
    return present;
  }

  /** The one that the plan was made of. */
  Configured of(TrafficPlan plan) {
    // Each configuration brings a splitter of its own.
    Configured next = coming;
    return next.splitter() == plan.splitter() ? next : present;
  }

  /** Announces a configuration before a plan that is made of it comes into force. */
  void announce(Configured next) {
    coming = next;
  }

  /** The announced one is in force. */
  void settle() {
    present = coming;
  }
}
