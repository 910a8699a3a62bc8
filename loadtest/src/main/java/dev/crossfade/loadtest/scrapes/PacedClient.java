package dev.crossfade.loadtest.scrapes;

import dev.crossfade.loadtest.KeptConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One kept-alive connection that sends a request at each beat of a clock, whatever became of the
 * one before. The latency is counted from the beat, so that a stall counts for all requests that it
 * held up. One thread's.
 */
final class PacedClient implements AutoCloseable {
  private final KeptConnection connection;
  private final byte[] request;

  /**
   * @param head the request, ended by an empty line
   */
  PacedClient(int port, String head) throws IOException {
    connection = new KeptConnection(port);
    request = head.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Sends so many requests.
   *
   * @param first moment of the first beat, of {@link System#nanoTime}
   * @param interval between two beats, in nanoseconds
   * @return nanoseconds from each beat to the end of its answer
   */
  long[] run(int requests, long first, long interval) throws IOException, InterruptedException {
    long[] latencies = new long[requests];
    for (int i = 0; i < requests; i++) {
      long beat = first + i * interval;
      long wait = beat - System.nanoTime();
      if (wait > 0) {
        Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
      }
      exchange();
      latencies[i] = System.nanoTime() - beat;
    }
    return latencies;
  }

  /** Sends one, and reads its answer to the end; how many bytes its body had. */
  int exchange() throws IOException {
    KeptConnection.Answer answer = connection.exchange(request);
    if (answer.status() != 200) {
      throw new IOException("Not the page: " + answer.head().text());
    }
    if (answer.head().contentLength().isEmpty()) {
      throw new IOException("An answer of unknown length: " + answer.head().text());
    }
    return answer.body().length();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
