package dev.crossfade.loadtest;

import java.io.IOException;
import java.net.InetSocketAddress;

/** What splits visitors between two versions: Crossfade, or what it is compared with. */
interface Balancer extends AutoCloseable {
  /** For the report. */
  String name();

  /** Where visitors go. */
  InetSocketAddress traffic();

  /**
   * Puts a percentage in force. When this returns, it decides every request that comes.
   *
   * @param percent 0 … 100
   * @throws IOException if that fails
   */
  void set(int percent) throws IOException, InterruptedException;

  /**
   * Sends everyone back to old, as its operators do.
   *
   * @throws IOException if that fails
   */
  void rollBack() throws IOException, InterruptedException;

  /**
   * What is known beforehand of the place in the split of a visitor who comes with a session:
   * {@link BucketRange#ANY} where only the balancer knows.
   */
  BucketRange placeOf(String session);

  @Override
  void close() throws IOException;
}
