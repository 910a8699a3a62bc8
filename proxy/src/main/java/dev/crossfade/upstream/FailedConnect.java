package dev.crossfade.upstream;

import io.netty.channel.ConnectTimeoutException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketException;

/**
 * What came of a connect that failed.
 *
 * @param why in words for operators
 * @param atOnce whether nobody listens there, which is told at once; of others nobody knows how
 *     long the next one takes
 */
record FailedConnect(String why, boolean atOnce) {
  /**
   * By its cause. A unix socket's file may be missing, which each transport says in its own way.
   */
  static FailedConnect of(Endpoint endpoint, Throwable cause) {
    boolean refused = cause instanceof ConnectException;
    boolean noFile = cause instanceof SocketException || cause instanceof FileNotFoundException;
    return new FailedConnect(
        UpstreamPools.text(cause),
        !(cause instanceof ConnectTimeoutException)
            && (refused || endpoint.address().isUnix() && noFile));
  }
}
