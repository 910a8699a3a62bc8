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
   * @param requestLine most bytes of a request line, 8 KiB by default
   * @param head most bytes of a head, the request line included, 32 KiB by default
   * @param fields most fields of a head, 100 by default
   * @param requestsPerConnection after which a connection is closed, 0 for no limit
   * @param connections in all, 0 for no limit
   * @param connectionsPerClient from one address, 0 for no limit
   * @param pipelined most bytes read ahead of the request being served
   */
  public record Limits(
      int requestLine,
      int head,
      int fields,
      long requestsPerConnection,
      int connections,
      int connectionsPerClient,
      int pipelined) {}

  /**
   * @param head from the first byte of a head to its end
   * @param keepAlive between two requests
   * @param body between two reads of a request's body
   * @param bodyRate least bytes a second of a request's body, over its whole length; 0 for none
   * @param write how long a client may take none of what is sent to it
   */
  public record Timeouts(
      Duration head, Duration keepAlive, Duration body, int bodyRate, Duration write) {}
}
