package dev.crossfade.server;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All client connections, and their end: once draining, idle ones are closed, others end with the
 * request they are at. Safe from any thread.
 */
final class Drain {
  private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;
  private volatile @Nullable CompletableFuture<Void> empty;

  void add(ClientConnection connection) {
    connections.add(connection);
  }

  /** Answers whether it was there. */
  boolean remove(ClientConnection connection) {
    boolean removed = connections.remove(connection);
    CompletableFuture<Void> waiting = empty;
    if (waiting != null && connections.isEmpty()) {
      waiting.complete(null);
    }
    return removed;
  }

  int size() {
    return connections.size();
  }

  boolean draining() {
    return draining;
  }

  /**
   * Begins, and completes when the last connection is gone.
   *
   * @param allKnown completes when every connection that was accepted has been added; before that,
   *     there being none means nothing
   */
  CompletableFuture<Void> begin(CompletableFuture<Void> allKnown) {
    draining = true;
    connections.forEach(ClientConnection::drainSoon);
    CompletableFuture<Void> waiting = new CompletableFuture<>();
    var unused =
        allKnown.whenComplete(
            (known, failure) -> {
              empty = waiting;
              if (connections.isEmpty()) {
                waiting.complete(null);
              }
            });
    return waiting;
  }

  /** Closes what is left. */
  void abort() {
    connections.forEach(ClientConnection::abortSoon);
  }
}
