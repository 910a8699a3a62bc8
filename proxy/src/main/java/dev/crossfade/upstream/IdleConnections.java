package dev.crossfade.upstream;

import org.jspecify.annotations.Nullable;

/**
 * The idle connections to one endpoint, or those that name one client to it, newest first: those
 * that are not needed grow old and are closed. Confined to one event loop.
 */
final class IdleConnections {
  private @Nullable UpstreamConnection newest;
  private int size;

  int size() {
    return size;
  }

  void add(UpstreamConnection connection) {
    connection.idleIn = this;
    connection.newer = null;
    connection.older = newest;
    if (newest != null) {
      newest.newer = connection;
    }
    newest = connection;
    size++;
  }

  @Nullable UpstreamConnection takeNewest() {
    UpstreamConnection taken = newest;
    if (taken != null) {
      remove(taken);
    }
    return taken;
  }

  void remove(UpstreamConnection connection) {
    if (connection.newer == null) {
      newest = connection.older;
    } else {
      connection.newer.older = connection.older;
    }
    if (connection.older != null) {
      connection.older.newer = connection.newer;
    }
    connection.older = null;
    connection.newer = null;
    connection.idleIn = null;
    size--;
  }
}
