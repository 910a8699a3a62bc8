package dev.crossfade.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * An application that writes down what it is asked. It answers 200 with its name as the body,
 * unless a test gives it other answers or holds them back. Keeps connections; a thread for each.
 */
public final class RecordingOrigin implements AutoCloseable {
  /** In place of an answer: the connection is closed without one. */
  public static final String HANGS_UP = "hangs up";

  /** In place of an answer: nothing ever comes. */
  public static final String SILENT = "";

  /** A request as it arrived; field lines as they were written. */
  public record Seen(String method, String target, List<String> lines, String body) {

    /** The values of a field, in order. */
    public List<String> fields(String name) {
      return lines.stream()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }
  }

  private final String name;
  private final ServerSocketChannel listener;
  private final String address;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private volatile Function<Seen, String> answers;
  private volatile Thread acceptor;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private RecordingOrigin(String name, ServerSocketChannel listener, String address) {
    this.name = name;
    this.listener = listener;
    this.address = address;
    this.answers = request -> ok("", name);
  }

  /** Listens on a port of loopback that is free. */
  public static RecordingOrigin start(String name) throws IOException {
    return start(name, 0);
  }

  /** Listens on that port of loopback. */
  public static RecordingOrigin start(String name, int port) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    int bound = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    return started(new RecordingOrigin(name, listener, "127.0.0.1:" + bound));
  }

  /** Listens on a unix socket. */
  public static RecordingOrigin start(String name, Path socket) throws IOException {
    SocketAddress at = UnixDomainSocketAddress.of(socket);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(at);
    return started(new RecordingOrigin(name, listener, "unix:" + socket));
  }

  private static RecordingOrigin started(RecordingOrigin origin) {
    origin.acceptor = daemon(origin::accept);
    return origin;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "origin");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** A whole answer with status 200. */
  public static String ok(String fieldLines, String body) {
    return "HTTP/1.1 200 OK\r\n"
        + fieldLines
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  /** What it answers from now on. */
  public RecordingOrigin answering(Function<Seen, String> function) {
    answers = function;
    return this;
  }

  /** Keeps answers back until {@link #release}. */
  public void hold() {
    gate = new CountDownLatch(1);
  }

  /** Lets the answers go that were kept back, and all others. */
  public void release() {
    gate.countDown();
  }

  /** Its address as the configuration names it. */
  public String address() {
    return address;
  }

  /** Its port. */
  public int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** The requests so far. */
  public List<Seen> seen() {
    return new ArrayList<>(seen);
  }

  /** The newest request. */
  public Seen last() {
    return seen.get(seen.size() - 1);
  }

  /** How many connections it has accepted in all. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections are open at present. */
  public int open() {
    return open.size();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listener.accept();
        accepted.incrementAndGet();
        open.add(connection);
        daemon(() -> serve(connection));
      }
    } catch (IOException e) {
      // The listener was closed.
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      InputStream input = new BufferedInputStream(Channels.newInputStream(connection));
      OutputStream output = Channels.newOutputStream(connection);
      for (Seen request = read(input); request != null; request = read(input)) {
        seen.add(request);
        String answer = answers.apply(request);
        gate.await();
        if (answer.equals(HANGS_UP)) {
          return;
        }
        output.write(answer.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | InterruptedException e) {
      // The other end is gone, or this one was closed.
    } finally {
      open.remove(connection);
    }
  }

  private static Seen read(InputStream input) throws IOException {
    String first = line(input);
    if (first == null) {
      return null;
    }
    String[] parts = first.split(" ", 3);
    List<String> lines = new ArrayList<>();
    for (String line = line(input); line != null && !line.isEmpty(); line = line(input)) {
      lines.add(line);
    }
    Seen head = new Seen(parts[0], parts[1], lines, "");
    String body = "";
    if (!head.fields("Content-Length").isEmpty()) {
      int length = Integer.parseInt(head.fields("Content-Length").get(0));
      byte[] bytes = input.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("The body ended early");
      }
      body = new String(bytes, StandardCharsets.UTF_8);
    }
    return new Seen(parts[0], parts[1], lines, body);
  }

  private static String line(InputStream input) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = input.read(); b != '\n'; b = input.read()) {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      // Only when it has left accept, the port is free.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (address.startsWith("unix:")) {
      Files.deleteIfExists(Path.of(address.substring("unix:".length())));
    }
    for (SocketChannel connection : open) {
      connection.close();
    }
    release();
  }

  @Override
  public String toString() {
    return name + " at " + address;
  }
}
