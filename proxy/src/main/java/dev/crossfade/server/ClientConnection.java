package dev.crossfade.server;

/** A client's connection, as far as its end is concerned. Safe from any thread. */
interface ClientConnection {
  /** No request is taken any more; closes when those that are under way are over. */
  void drainSoon();

  /** Closes, whatever is under way. */
  void abortSoon();
}
