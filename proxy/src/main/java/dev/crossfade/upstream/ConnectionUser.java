package dev.crossfade.upstream;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Who uses an upstream connection at present. Called on the connection's event loop. After {@link
 * UpstreamConnection#release} or {@link UpstreamConnection#abandon} nothing more is called.
 */
public interface ConnectionUser {
  /** A connection that was asked for is there. */
  void connected(UpstreamConnection connection);

  /** A connection that was asked for could not be made. */
  void connectFailed(Endpoint endpoint, Throwable cause);

  /** A connection that was asked for was not to be had in the time that may be waited for one. */
  void overloaded();

  /** Whose request it is, for the PROXY protocol; null where nobody is to be named. */
  @Nullable ProxiedClient proxiedClient();

  /**
   * The origin has sent something.
   *
   * @param bytes to be released by the callee
   */
  void received(ByteBuf bytes);

  /** The last {@link #received} of one read was called: a good moment to flush. */
  void receivedAll();

  /**
   * The origin sends no more: it has closed its output, or the whole connection is gone.
   *
   * @param broken true unless it closed in good order
   */
  void ended(boolean broken);

  /** {@link UpstreamConnection#writable} has become true or false. */
  void writabilityChanged();

  /** The deadline set by {@link UpstreamConnection#expectBy} has passed. */
  void timedOut();
}
