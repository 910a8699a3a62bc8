package dev.crossfade.server;

import dev.crossfade.net.ListenerSettings;
import java.time.Duration;
import java.util.List;

/**
 * The clients' end.
 *
 * @param drainTimeout how long a stop waits for requests under way
 */
public record ServerSettings(
    List<ListenerSettings> listeners, Limits limits, Timeouts timeouts, Duration drainTimeout) {

  /**
   * @throws IllegalArgumentException if there is no listener or the drain timeout is negative
   */
  public ServerSettings {
    listeners = List.copyOf(listeners);
    if (listeners.isEmpty()) {
      throw new IllegalArgumentException("The proxy needs at least one address to listen on.");
    }
    if (drainTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "The drain timeout is zero or more, but it is " + drainTimeout + ".");
    }
  }

  /**
   * @param requestLine most bytes of a request line, 8 KiB by default
   * @param head most bytes of a head, the request line included, 32 KiB by default
   * @param fields most fields of a head, 100 by default
   * @param requestsPerConnection after which a connection is closed, 0 for no limit
   * @param connections in all, 0 for no limit
   * @param connectionsPerClient from one address, 0 for no limit
   * @param pipelined most bytes read ahead of the request being served
   * @param streams most requests under way on one connection in HTTP/2, 128 by default
   */
  public record Limits(
      int requestLine,
      int head,
      int fields,
      long requestsPerConnection,
      int connections,
      int connectionsPerClient,
      int pipelined,
      int streams) {

    /**
     * @throws IllegalArgumentException if a size is below 1 or a count is negative
     */
    public Limits {
      requireAtLeast("bytes of a request line", requestLine, 1);
      requireAtLeast("bytes of a head", head, 1);
      requireAtLeast("fields of a head", fields, 1);
      requireAtLeast("requests on a connection", requestsPerConnection, 0);
      requireAtLeast("connections in all", connections, 0);
      requireAtLeast("connections of one client", connectionsPerClient, 0);
      requireAtLeast("bytes read ahead", pipelined, 1);
      requireAtLeast("streams of a connection", streams, 1);
    }
  }

  /**
   * @param head from the first byte of a head to its end
   * @param keepAlive between two requests
   * @param body between two reads of a request's body
   * @param bodyRate least bytes a second of a request's body, over its whole length and beyond the
   *     first 20 seconds; 0 for none
   * @param write how long a client may take none of what is sent to it
   */
  public record Timeouts(
      Duration head, Duration keepAlive, Duration body, int bodyRate, Duration write) {

    /**
     * @throws IllegalArgumentException if a timeout is not above zero or the rate is negative
     */
    public Timeouts {
      requirePositive("head", head);
      requirePositive("keep-alive", keepAlive);
      requirePositive("body", body);
      requirePositive("write", write);
      requireAtLeast("bytes a second of a body", bodyRate, 0);
    }
  }

  private static void requireAtLeast(String what, long limit, long least) {
    if (limit < least) {
      throw new IllegalArgumentException(
          "The limit of " + what + " is " + least + " or more, not " + limit + ".");
    }
  }

  private static void requirePositive(String what, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "The " + what + " timeout must be above zero, but it is " + timeout + ".");
    }
  }
}
