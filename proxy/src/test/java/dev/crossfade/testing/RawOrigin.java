package dev.crossfade.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An origin that does to the letter what its script says, and keeps every byte it was sent. Each
 * connection runs the script on a thread of its own; text is ISO-8859-1, one character a byte.
 */
public final class RawOrigin implements AutoCloseable {
  /** The answer to {@link WireClient#UPGRADE}. */
  public static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  /** What the origin does on a connection; the connection is closed behind it. */
  @FunctionalInterface
  public interface Script {
    void serve(Connection connection) throws IOException;
  }

  private final ServerSocket listener;
  private final Script script;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public RawOrigin(Script script) {
    this.script = script;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** Reads whole requests and answers one after the other with these; the last is repeated. */
  public static Script answering(String... answers) {
    return c -> {
      for (int i = 0; c.readRequest() != null; i++) {
        c.send(answers[Math.min(i, answers.length - 1)]);
      }
    };
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** As an endpoint's in a configuration. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** In the order in which they came. */
  public List<Connection> connections() {
    return connections;
  }

  /** The requests that were read whole by {@link Connection#readRequest}, over all connections. */
  public List<String> requests() {
    return requests;
  }

  private void accept() {
    try {
      while (true) {
        Connection connection = new Connection(listener.accept(), connections.size());
        connections.add(connection);
        start(() -> run(connection));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private void run(Connection connection) {
    try {
      script.serve(connection);
      connection.close();
    } catch (IOException e) {
      connection.failure = e;
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "origin");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Connection connection : connections) {
        connection.socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection of the proxy's. */
  public final class Connection {
    private final Socket socket;
    private final int number;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile IOException failure;
    private volatile boolean ended;

    private Connection(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.number = number;
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
    }

    /** 0 for the first connection that was made. */
    public int number() {
      return number;
    }

    /** Waits until the test says so. */
    public void waitFor(CompletableFuture<?> said) {
      said.orTimeout(15, TimeUnit.SECONDS).join();
    }

    /** All that has come in so far. */
    public String received() {
      synchronized (received) {
        return received.toString(StandardCharsets.ISO_8859_1);
      }
    }

    /** Whether the proxy has ended the connection, in good order or not. */
    public boolean ended() {
      return ended || failure != null;
    }

    private int readByte() throws IOException {
      InputStream in = socket.getInputStream();
      int c;
      try {
        c = in.read();
      } catch (IOException e) {
        ended = true;
        throw e;
      }
      if (c < 0) {
        ended = true;
      } else {
        synchronized (received) {
          received.write(c);
        }
      }
      return c;
    }

    /** Reads up to and including the text; null if the connection ends before. */
    public String readUntil(String text) throws IOException {
      StringBuilder read = new StringBuilder();
      while (!read.toString().endsWith(text)) {
        int c = readByte();
        if (c < 0) {
          return null;
        }
        read.append((char) c);
      }
      return read.toString();
    }

    /** Reads that many bytes; fewer if the connection ends before. */
    public String read(int length) throws IOException {
      StringBuilder read = new StringBuilder();
      while (read.length() < length) {
        int c = readByte();
        if (c < 0) {
          break;
        }
        read.append((char) c);
      }
      return read.toString();
    }

    /** Reads that many bytes of a large body, which are not kept. */
    public byte[] readBytes(int length) throws IOException {
      return socket.getInputStream().readNBytes(length);
    }

    /** Reads a request with its body; null at the end of the connection. */
    public String readRequest() throws IOException {
      String head = readUntil("\r\n\r\n");
      if (head == null) {
        return null;
      }
      StrictHttp.Request request = StrictHttp.request(head);
      String body;
      if (request.chunked()) {
        body = readChunks();
      } else {
        body = read((int) Math.max(0, request.contentLength()));
        if (body.length() < request.contentLength()) {
          return null;
        }
      }
      if (body == null) {
        return null;
      }
      requests.add(head + body);
      return head + body;
    }

    private String readChunks() throws IOException {
      StringBuilder body = new StringBuilder();
      while (true) {
        int c = readByte();
        if (c < 0) {
          return null;
        }
        body.append((char) c);
        if (c == '\n' && StrictHttp.chunks(body.toString()).end() > 0) {
          return body.toString();
        }
      }
    }

    public void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends one byte in each packet. */
    public void sendSlowly(String text) throws IOException {
      for (int i = 0; i < text.length(); i++) {
        send(text.substring(i, i + 1));
      }
    }

    public void closeOutput() throws IOException {
      socket.shutdownOutput();
    }

    public void close() throws IOException {
      socket.close();
    }

    /** Ends the connection so that the other side's kernel tells it of an error. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** Reads on to the end of the connection. */
    public void readToEnd() throws IOException {
      int c = readByte();
      while (c >= 0) {
        c = readByte();
      }
    }
  }
}
