package dev.crossfade.loadtest.kills;

import dev.crossfade.loadtest.Head;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An application that answers every request with its target. A kill does what a kill -9 does to a
 * process's sockets: the listener and all connections are closed at once, whatever is under way.
 */
final class KillableOrigin {
  private static final int BACKLOG = 500;

  private final Ledger ledger;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket listener;

  /** Listens on a free port of loopback. */
  KillableOrigin(Ledger ledger) throws IOException {
    this.ledger = ledger;
    ServerSocket first = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    port = first.getLocalPort();
    listener = first;
    background(() -> accept(first));
  }

  int port() {
    return port;
  }

  /** Listens again. */
  void start() throws IOException {
    ServerSocket again = new ServerSocket();
    again.setReuseAddress(true);
    again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    listener = again;
    background(() -> accept(again));
  }

  /** Is gone. */
  void kill() throws IOException {
    listener.setSoTimeout(1);
    try {
      while (true) {
        // Whoever has connected and was not even accepted.
        open.add(listener.accept());
        ledger.unread();
      }
    } catch (SocketTimeoutException none) {
      listener.close();
    }
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  private static void background(Runnable task) {
    Thread thread = new Thread(task, "origin");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket accepting) {
    try {
      while (true) {
        Socket socket = accepting.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        if (accepting.isClosed()) {
          // The kill came between the two.
          socket.close();
        }
        background(() -> serve(socket));
      }
    } catch (IOException killed) {
      // As it is meant.
    }
  }

  private void serve(Socket socket) {
    boolean fresh = true;
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (Head head = Head.read(in); head != null; head = Head.read(in)) {
        String target = head.text().split(" ", 3)[1];
        if (!target.equals("/")) {
          ledger.arrived(target, fresh);
        }
        fresh = false;
        in.readNBytes(head.contentLength().orElse(0));
        String answer =
            "HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target;
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException gone) {
      // Killed, or the proxy has closed it.
    } finally {
      open.remove(socket);
      if (fresh) {
        ledger.unread();
      }
    }
  }
}
