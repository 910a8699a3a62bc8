package dev.crossfade.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A client that sends bytes as they are given and reads answers strictly. */
public final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final StringBuilder input = new StringBuilder();
  private boolean ended;
  private boolean reset;

  public RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
  }

  public RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Sends one byte in each packet. */
  public RawClient sendSlowly(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      send(text.substring(i, i + 1));
    }
    return this;
  }

  public RawClient closeOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** The next answer to a request with a method other than HEAD; 1xx count as answers. */
  public StrictHttp.Answer answer() throws IOException {
    return answer("GET");
  }

  /**
   * The next answer.
   *
   * @throws IOException if it is not valid, or the connection ends before it is complete
   */
  public StrictHttp.Answer answer(String method) throws IOException {
    while (true) {
      StrictHttp.Answer answer = StrictHttp.answer(input.toString(), method, ended && !reset);
      if (answer.end() < 0) {
        throw new IOException("No valid answer: " + input);
      }
      if (answer.end() > 0) {
        input.delete(0, answer.end());
        return answer;
      }
      if (ended) {
        throw new IOException("The connection ended in mid-answer: " + input);
      }
      fill();
    }
  }

  /** Waits until the text has come; nothing is taken from what will be read. */
  public RawClient await(String text) throws IOException {
    while (input.indexOf(text) < 0) {
      if (ended) {
        throw new IOException("The connection ended before " + text + ": " + input);
      }
      fill();
    }
    return this;
  }

  /** Waits until the text has come so many times; all that has come, which is still to be read. */
  public String await(String text, int times) throws IOException {
    while (input.toString().split(Pattern.quote(text), -1).length <= times) {
      if (ended) {
        throw new IOException("The connection ended before " + text + ": " + input);
      }
      fill();
    }
    return input.toString();
  }

  /** Reads that many bytes of another protocol. */
  public String read(int length) throws IOException {
    while (input.length() < length && !ended) {
      fill();
    }
    String read = input.substring(0, Math.min(length, input.length()));
    input.delete(0, read.length());
    return read;
  }

  /** All that is sent until the connection ends. */
  public String readToEnd() throws IOException {
    while (!ended) {
      fill();
    }
    String read = input.toString();
    input.setLength(0);
    return read;
  }

  /** Whether the connection ended in disorder; known once it has been read to its end. */
  public boolean wasReset() {
    return reset;
  }

  private void fill() throws IOException {
    byte[] buffer = new byte[64 * 1024];
    InputStream in = socket.getInputStream();
    int length;
    try {
      length = in.read(buffer);
    } catch (java.net.SocketTimeoutException e) {
      throw new IOException("Nothing came for 10 seconds; before: " + input, e);
    } catch (IOException e) {
      reset = true;
      length = -1;
    }
    if (length < 0) {
      ended = true;
    } else {
      input.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
    }
  }

  /** Ends the connection so that the other side's kernel tells it of an error. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
