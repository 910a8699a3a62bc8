package dev.crossfade.loadtest.scrapes;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One kept-alive connection that sends a request at each beat of a clock, whatever became of the
 * one before. The latency is counted from the beat, so that a stall counts for all requests that it
 * held up. One thread's.
 */
final class PacedClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;
  private final byte[] request;

  /**
   * @param head the request, ended by an empty line
   */
  PacedClient(int port, String head) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
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
    socket.getOutputStream().write(request);
    String head = readHead();
    if (!head.startsWith("HTTP/1.1 200 ")) {
      throw new IOException("Not the page: " + head);
    }
    int length = length(head);
    in.skipNBytes(length);
    return length;
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("The connection ended before the answer.");
      }
      head.append((char) b);
    }
    return head.toString();
  }

  private static int length(String head) throws IOException {
    return Arrays.stream(head.toLowerCase(Locale.ROOT).split("\r\n", -1))
        .filter(line -> line.startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring("content-length:".length()).strip()))
        .findFirst()
        .orElseThrow(() -> new IOException("An answer of unknown length: " + head));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
