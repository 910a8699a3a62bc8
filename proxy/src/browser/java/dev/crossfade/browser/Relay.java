package dev.crossfade.browser;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Passes bytes on between a browser and the admin API, until it is told to go dead on a stream. */
final class Relay implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Thread acceptor = new Thread(this::accept, "relay");
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

  /** The server's ends of connections on which events were asked for. */
  private final Set<Socket> streams = ConcurrentHashMap.newKeySet();

  private final Set<Socket> silenced = ConcurrentHashMap.newKeySet();
  private final int port;

  /** Relays to this port of loopback. */
  Relay(int port) throws IOException {
    this.port = port;
    acceptor.start();
  }

  /** Where it listens, as the beginning of an address. */
  String address() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** From now on nothing more comes on the streams of events that there are, which stay open. */
  void silenceStreams() {
    silenced.addAll(streams);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        open.add(client);
        open.add(server);
        threads.execute(() -> pass(client, server));
        threads.execute(() -> pass(server, client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      byte[] bytes = new byte[8192];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (new String(bytes, 0, read, StandardCharsets.ISO_8859_1).startsWith("GET /events")) {
          streams.add(to);
        }
        if (!silenced.contains(from)) {
          to.getOutputStream().write(bytes, 0, read);
        }
      }
    } catch (IOException e) {
      // Either end is gone.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    try {
      // Whom it has just accepted is passed on by those threads, too.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Closeable closeable : open) {
      closeable.close();
    }
    threads.shutdownNow();
  }
}
