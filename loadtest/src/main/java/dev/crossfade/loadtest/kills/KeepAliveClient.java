package dev.crossfade.loadtest.kills;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request after the other on one kept-alive connection, every fifth a POST, each once and
 * never again; connects anew only where its connection has ended. One thread's.
 */
final class KeepAliveClient implements Runnable {
  /** A request that was not answered as it should be. */
  record Failure(String target, String what) {}

  private static final int TIMEOUT_MILLIS = 30_000;

  private final int number;
  private final int port;
  private final BooleanSupplier over;
  private final List<Failure> failures = new ArrayList<>();
  private long requests;
  private @Nullable Socket socket;

  KeepAliveClient(int number, int port, BooleanSupplier over) {
    this.number = number;
    this.port = port;
    this.over = over;
  }

  /** How many it has sent; to be asked when it is over. */
  long requests() {
    return requests;
  }

  /** What went wrong; to be asked when it is over. */
  List<Failure> failures() {
    return failures;
  }

  @Override
  public void run() {
    while (!over.getAsBoolean()) {
      boolean post = requests % 5 == 4;
      String target = (post ? "/post-" : "/get-") + number + "-" + requests;
      requests++;
      try {
        int status = exchange(post, target);
        if (status != 200) {
          failures.add(new Failure(target, Integer.toString(status)));
        }
      } catch (IOException e) {
        failures.add(new Failure(target, "cut off"));
        close();
      }
    }
    close();
  }

  private int exchange(boolean post, String target) throws IOException {
    Socket to = connected();
    String head =
        (post ? "POST " : "GET ")
            + target
            + " HTTP/1.1\r\nHost: shop\r\n"
            + (post ? "Content-Length: 3\r\n\r\nn=1" : "\r\n");
    to.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    InputStream in = new BufferedInputStream(to.getInputStream());
    String answer = read(in);
    int length = KillableOrigin.length(answer);
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    int status = Integer.parseInt(answer.substring(9, 12));
    if (status == 200 && !body.equals(target)) {
      throw new IOException("Another's answer: " + body);
    }
    if (answer.toLowerCase(Locale.ROOT).contains("connection: close")) {
      close();
    }
    return status;
  }

  private static String read(InputStream in) throws IOException {
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

  private Socket connected() throws IOException {
    Socket present = socket;
    if (present == null) {
      present = new Socket(InetAddress.getLoopbackAddress(), port);
      present.setTcpNoDelay(true);
      present.setSoTimeout(TIMEOUT_MILLIS);
      socket = present;
    }
    return present;
  }

  private void close() {
    Socket present = socket;
    socket = null;
    if (present != null) {
      try {
        present.close();
      } catch (IOException e) {
        // It is of no use either way.
      }
    }
  }
}
