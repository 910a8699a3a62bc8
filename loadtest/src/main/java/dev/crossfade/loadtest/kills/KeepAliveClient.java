package dev.crossfade.loadtest.kills;

import dev.crossfade.loadtest.KeptConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request after the other on one kept-alive connection, every fifth a POST, each once and
 * never again; connects anew only where its connection has ended. One thread's.
 */
final class KeepAliveClient implements Runnable {
  /** A request that was not answered as it should be. */
  record Failure(String target, String what) {}

  private final int number;
  private final int port;
  private final BooleanSupplier over;
  private final List<Failure> failures = new ArrayList<>();
  private long requests;
  private @Nullable KeptConnection connection;

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
    String request =
        (post ? "POST " : "GET ")
            + target
            + " HTTP/1.1\r\nHost: shop\r\n"
            + (post ? "Content-Length: 3\r\n\r\nn=1" : "\r\n");
    KeptConnection.Answer answer =
        connected().exchange(request.getBytes(StandardCharsets.US_ASCII));
    int status = answer.status();
    if (status == 200 && !answer.body().equals(target)) {
      throw new IOException("Another's answer: " + answer.body());
    }
    if (answer.head().closes()) {
      close();
    }
    return status;
  }

  private KeptConnection connected() throws IOException {
    KeptConnection present = connection;
    if (present == null) {
      present = new KeptConnection(port);
      connection = present;
    }
    return present;
  }

  private void close() {
    KeptConnection present = connection;
    connection = null;
    if (present != null) {
      try {
        present.close();
      } catch (IOException e) {
        // It is of no use either way.
      }
    }
  }
}
