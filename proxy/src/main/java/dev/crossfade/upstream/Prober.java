package dev.crossfade.upstream;

import dev.crossfade.plan.UpstreamSpec;

/** Asks an endpoint how it is. */
@FunctionalInterface
interface Prober {
  /**
   * Begins a probe: the configured one, else a connect that is closed again. Called on the watch's
   * event loop, which the answer comes on too; never blocks.
   */
  void probe(Endpoint endpoint, UpstreamSpec spec, Answer answer);

  /** What came of it. */
  interface Answer {
    /** It connected; the answer, if one was asked for, was as expected. */
    void good();

    /** It could not be reached. */
    void unreachable(FailedConnect failed);

    /** It connected, and what it answered was not as expected, or came too late. */
    void bad(String why);
  }
}
