package dev.crossfade.loadtest;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A kept-alive connection on a blocking socket, with nothing between the measuring thread and the
 * kernel. One thread's.
 */
public final class KeptConnection implements Closeable {
  private static final int TIMEOUT_MILLIS = 30_000;

  /**
   * A whole answer.
   *
   * @param body a character a byte; empty where the head announces none
   */
  public record Answer(Head head, String body) {
    /** Its status. */
    public int status() {
      return Integer.parseInt(head.text().substring(9, 12));
    }
  }

  private final Socket socket;
  private final InputStream in;

  /** Connects to a port of loopback. */
  public KeptConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Sends a request, once, and waits for its whole answer.
   *
   * @throws IOException if the answer does not come
   */
  public Answer exchange(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    Head head = Head.read(in);
    if (head == null) {
      throw new EOFException("The connection ended before the answer.");
    }
    byte[] body = in.readNBytes(head.contentLength().orElse(0));
    return new Answer(head, new String(body, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
