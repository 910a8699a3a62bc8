package dev.crossfade.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of one person with a cookie jar: blocking, HTTP/1.1, keep-alive, to one address on
 * loopback. It sends each request once. Where a kept connection turns out to be closed the request
 * fails with the {@link IOException}; only a connection that the server announced to close is
 * replaced, and before the next request is written. Not thread-safe.
 *
 * <p>{@link #send} and {@link #readAnswer} are for tests that write bytes of their own.
 */
public final class PlainHttpClient implements AutoCloseable {

  /** A field of a head, name as it came. */
  public record Field(String name, String value) {

    /** Fields of names and values in turns. */
    public static List<Field> list(String... namesAndValues) {
      List<Field> all = new ArrayList<>();
      for (int i = 0; i < namesAndValues.length; i += 2) {
        all.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
      }
      return all;
    }
  }

  /** A whole answer; its body read to the end and without chunk framing. */
  public record Answer(int status, String reason, List<Field> fields, String body) {

    /** The first value of a field; names know no case. */
    public Optional<String> field(String name) {
      return fields(name).stream().findFirst();
    }

    /** All values of a field, in order. */
    public List<String> fields(String name) {
      return fields.stream()
          .filter(field -> field.name().equalsIgnoreCase(name))
          .map(Field::value)
          .toList();
    }

    private boolean says(String name, String token) {
      return fields(name).stream()
          .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(token));
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final InetSocketAddress address;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private @Nullable Socket socket;
  private @Nullable InputStream input;

  /** A client without cookies of {@code 127.0.0.1:port}; connects with the first request. */
  public PlainHttpClient(int port) {
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The cookies that the next request carries, by name; open to change. */
  public Map<String, String> cookies() {
    return cookies;
  }

  /** Sends a GET with fields, whose names and values come in turns, and reads its answer. */
  public Answer get(String target, String... fields) throws IOException {
    return request("GET", target, Field.list(fields), null);
  }

  /** Sends a form and reads the answer. */
  public Answer post(String target, String form) throws IOException {
    return request(
        "POST",
        target,
        List.of(new Field("Content-Type", "application/x-www-form-urlencoded")),
        form);
  }

  /**
   * Sends one request with the cookies of the jar, reads the whole answer and keeps its cookies.
   *
   * @param body null for none
   * @throws IOException if the answer does not come, or not wholly
   */
  public Answer request(String method, String target, List<Field> fields, @Nullable String body)
      throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1:").append(address.getPort()).append("\r\n");
    fields.forEach(f -> head.append(f.name()).append(": ").append(f.value()).append("\r\n"));
    if (!cookies.isEmpty()) {
      head.append("Cookie: ")
          .append(
              cookies.entrySet().stream()
                  .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                  .collect(Collectors.joining("; ")))
          .append("\r\n");
    }
    byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    if (body != null) {
      head.append("Content-Length: ").append(content.length).append("\r\n");
    }
    head.append("\r\n");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    whole.writeBytes(content);
    send(whole.toByteArray());
    return readAnswer(method.equals("HEAD"));
  }

  /** Writes bytes as they are, after connecting where there is no connection. */
  public void send(byte[] bytes) throws IOException {
    Socket open = socket;
    if (open == null) {
      open = new Socket();
      open.setTcpNoDelay(true);
      open.setSoTimeout((int) PATIENCE.toMillis());
      open.connect(address, (int) PATIENCE.toMillis());
      socket = open;
      input = new BufferedInputStream(open.getInputStream());
    }
    open.getOutputStream().write(bytes);
    open.getOutputStream().flush();
  }

  /**
   * Reads the next answer, passing over interim ones (1xx but 101), and keeps its cookies. Closes
   * the connection if the answer ends with it.
   *
   * @param toHead whether it answers a HEAD and has no body
   */
  public Answer readAnswer(boolean toHead) throws IOException {
    Answer head = readHead();
    while (head.status() / 100 == 1 && head.status() != 101) {
      head = readHead();
    }
    String body = hasBody(head, toHead) ? readBody(head) : "";
    head.fields("Set-Cookie").forEach(this::keepCookie);
    boolean untilClose = hasBody(head, toHead) && !framed(head);
    boolean old = head.reason().startsWith("HTTP/1.0 ") && !head.says("Connection", "keep-alive");
    if (untilClose || old || head.says("Connection", "close")) {
      close();
    }
    return new Answer(
        head.status(), head.reason().substring("HTTP/1.x ".length()), head.fields(), body);
  }

  /** Whether a connection is open that the server has not announced to close. */
  public boolean connected() {
    return socket != null;
  }

  /** Closes the connection; the next request opens another. */
  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
      input = null;
    }
  }

  /** The head; its reason still begins with the version. */
  private Answer readHead() throws IOException {
    String line = readLine();
    String[] parts = line.split(" ", 3);
    if (!parts[0].matches("HTTP/1\\.[01]") || parts.length < 2) {
      throw new IOException("Not a status line: " + line);
    }
    List<Field> fields = readFields();
    String reason = parts[0] + " " + (parts.length == 3 ? parts[2] : "");
    return new Answer(Integer.parseInt(parts[1]), reason, fields, "");
  }

  private List<Field> readFields() throws IOException {
    List<Field> fields = new ArrayList<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("Not a field: " + line);
      }
      fields.add(new Field(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return fields;
  }

  private static boolean hasBody(Answer head, boolean toHead) {
    return !toHead && head.status() != 204 && head.status() != 304 && head.status() != 101;
  }

  private static boolean framed(Answer head) {
    return head.says("Transfer-Encoding", "chunked") || head.field("Content-Length").isPresent();
  }

  private String readBody(Answer head) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (head.says("Transfer-Encoding", "chunked")) {
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        body.writeBytes(read(size));
        readLine();
      }
      readFields();
    } else if (head.field("Content-Length").isPresent()) {
      body.writeBytes(read(Integer.parseInt(head.field("Content-Length").get())));
    } else {
      body.writeBytes(input().readAllBytes());
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(readLine().split(";", 2)[0].strip(), 16);
  }

  private byte[] read(int size) throws IOException {
    byte[] bytes = input().readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("The connection was closed after " + bytes.length + " of " + size);
    }
    return bytes;
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = input().read(); b != '\n'; b = input().read()) {
      if (b < 0) {
        throw new EOFException("The connection was closed within a head, after: " + line);
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private InputStream input() throws IOException {
    if (input == null) {
      throw new IOException("There is no connection to read from");
    }
    return input;
  }

  private void keepCookie(String field) {
    String[] parts = field.split(";", -1);
    String[] pair = parts[0].split("=", 2);
    String name = pair[0].strip();
    String value = pair.length == 2 ? pair[1].strip() : "";
    boolean gone = value.isEmpty();
    for (String attribute : parts) {
      String text = attribute.strip().toLowerCase(Locale.ROOT);
      gone |= text.matches("max-age=(0|-\\d+)") || text.startsWith("expires=thu, 01 jan 1970");
    }
    if (gone) {
      cookies.remove(name);
    } else {
      cookies.put(name, value);
    }
  }
}
