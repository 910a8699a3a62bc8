package dev.crossfade.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that writes what it is told and reads what comes. */
public final class WireClient implements AutoCloseable {
  /** A request for another protocol. */
  public static final String UPGRADE =
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;

  private WireClient(Socket socket) {
    this.socket = socket;
  }

  /** Connects to a port of loopback. */
  public static WireClient to(int port) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    return new WireClient(socket);
  }

  /** Over a connection that is there. */
  public static WireClient over(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new WireClient(socket);
  }

  /** Writes. */
  public WireClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Writes. */
  public WireClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** What comes until the other end closes in good order or not. */
  public String readToEnd() throws IOException {
    StringBuilder all = new StringBuilder();
    byte[] some = new byte[64 * 1024];
    InputStream input = socket.getInputStream();
    try {
      for (int n = input.read(some); n >= 0; n = input.read(some)) {
        all.append(new String(some, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("The connection was not closed; so far it brought: " + all, e);
    } catch (IOException e) {
      // Closed by a reset.
    }
    return all.toString();
  }

  /** What comes until the text ends so. */
  public String readUntil(String end) throws IOException {
    StringBuilder all = new StringBuilder();
    InputStream input = socket.getInputStream();
    while (!all.toString().endsWith(end)) {
      int b = input.read();
      if (b < 0) {
        throw new IOException("Closed, after: " + all);
      }
      all.append((char) b);
    }
    return all.toString();
  }

  /** The connection. */
  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
