package dev.crossfade.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A client that speaks HTTP/2 frame by frame (RFC 9113), right or wrong as the test says; text is
 * ISO-8859-1. It keeps within the proxy's windows, and reads only while it waits for something.
 */
public final class Http2RawClient implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  public static final int NO_ERROR = 0;
  public static final int PROTOCOL_ERROR = 1;
  public static final int INTERNAL_ERROR = 2;
  public static final int STREAM_CLOSED = 5;
  public static final int REFUSED_STREAM = 7;
  public static final int CANCEL = 8;
  public static final int ENHANCE_YOUR_CALM = 11;

  private static final int FRAME = 16 * 1024;
  private static final int DEFAULT_WINDOW = 65_535;

  /** What has come of an answer so far. */
  public static final class Answer {
    private final List<Integer> interims = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();
    private final List<String> trailers = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;
    private boolean ended;
    private int reset = -1;

    public int status() {
      return status;
    }

    public List<Integer> interims() {
      return interims;
    }

    /** {@code name: value}, in order. */
    public List<String> fields() {
      return fields;
    }

    public List<String> trailers() {
      return trailers;
    }

    public byte[] bytes() {
      return body.toByteArray();
    }

    public String body() {
      return body.toString(StandardCharsets.ISO_8859_1);
    }

    public int length() {
      return body.size();
    }

    /** Whether END_STREAM has come. */
    public boolean ended() {
      return ended;
    }

    /** The error of RST_STREAM, -1 without one. */
    public int reset() {
      return reset;
    }
  }

  /** What GOAWAY says. */
  public record GoAway(int lastStream, int error) {}

  private final Socket socket;
  private final DataInputStream input;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final Map<Integer, Answer> answers = new TreeMap<>();
  private final Map<Integer, Long> windows = new TreeMap<>();
  private final List<GoAway> goAways = new ArrayList<>();
  private final List<Integer> pongs = new ArrayList<>();
  private int nextStream = 1;
  private long window = DEFAULT_WINDOW;
  private long streamWindow = DEFAULT_WINDOW;
  private boolean settled;
  private boolean ended;
  private boolean opensWindows = true;
  private boolean answersPings = true;
  private int maxStreams = -1;
  private boolean outputClosed;

  public Http2RawClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Over a connection that is there. */
  public Http2RawClient(Socket socket) throws IOException {
    this.socket = socket;
    if (socket.getSoTimeout() == 0) {
      socket.setSoTimeout(10_000);
    }
    socket.setTcpNoDelay(true);
    input = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** The preface and an empty SETTINGS. */
  public Http2RawClient hello() throws IOException {
    return hello(new byte[0]);
  }

  /** The preface and SETTINGS with that payload. */
  public Http2RawClient hello(byte[] settings) throws IOException {
    send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    return frame(SETTINGS, 0, 0, settings);
  }

  /** A setting, as it stands in SETTINGS. */
  public static byte[] setting(int id, int value) {
    return Unpooled.buffer(6).writeShort(id).writeInt(value).array();
  }

  public Http2RawClient send(byte[] bytes) throws IOException {
    if (!outputClosed) {
      socket.getOutputStream().write(bytes);
    }
    return this;
  }

  public Http2RawClient frame(int type, int flags, int stream, byte[] payload) throws IOException {
    return send(frameBytes(type, flags, stream, payload));
  }

  public static byte[] frameBytes(int type, int flags, int stream, byte[] payload) {
    return Unpooled.buffer(9 + payload.length)
        .writeMedium(payload.length)
        .writeByte(type)
        .writeByte(flags)
        .writeInt(stream)
        .writeBytes(payload)
        .array();
  }

  public static byte[] number(int value) {
    return Unpooled.buffer(4).writeInt(value).array();
  }

  /** Fields without a table and without Huffman coding (RFC 7541 §6.2.2). */
  public static byte[] fields(String... lines) {
    ByteBuf block = Unpooled.buffer();
    for (String line : lines) {
      int colon = line.indexOf(": ", line.startsWith(": ") ? 0 : 1);
      block.writeByte(0);
      text(block, line.substring(0, colon));
      text(block, line.substring(colon + 2));
    }
    byte[] bytes = new byte[block.readableBytes()];
    block.readBytes(bytes);
    return bytes;
  }

  private static void text(ByteBuf block, String text) {
    int length = text.length();
    if (length < 127) {
      block.writeByte(length);
    } else {
      block.writeByte(127);
      length -= 127;
      while (length >= 128) {
        block.writeByte(length & 127 | 128);
        length >>= 7;
      }
      block.writeByte(length);
    }
    block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A request with these fields and no body. */
  public int request(String... lines) throws IOException {
    return open(true, lines);
  }

  /** A GET. */
  public int get(String path) throws IOException {
    return request(":method: GET", ":scheme: http", ":path: " + path, ":authority: a");
  }

  /** The beginning of a POST. */
  public int post(String path, String... more) throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(":method: POST", ":scheme: http", ":path: " + path, ":authority: a"));
    lines.addAll(List.of(more));
    return open(false, lines.toArray(String[]::new));
  }

  /** Ends a stream with these fields. */
  public Http2RawClient trailers(int stream, String... lines) throws IOException {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, fields(lines));
  }

  public int open(boolean ends, String... lines) throws IOException {
    int id = nextStream;
    nextStream += 2;
    byte[] block = fields(lines);
    int first = Math.min(block.length, FRAME);
    boolean whole = first == block.length;
    frame(
        HEADERS,
        (whole ? END_HEADERS : 0) | (ends ? END_STREAM : 0),
        id,
        Arrays.copyOf(block, first));
    for (int at = first; at < block.length; at += FRAME) {
      int to = Math.min(at + FRAME, block.length);
      int flags = to == block.length ? END_HEADERS : 0;
      frame(CONTINUATION, flags, id, Arrays.copyOfRange(block, at, to));
    }
    return id;
  }

  /** More of a body, as far as the proxy's windows have room; waits for more room. */
  public Http2RawClient data(int stream, byte[] bytes, boolean ends) throws IOException {
    await(() -> settled);
    int at = 0;
    do {
      int from = at;
      await(() -> from == bytes.length || Math.min(window, windowOf(stream)) > 0);
      int room = (int) Math.min(FRAME, Math.min(window, windowOf(stream)));
      int length = Math.min(room, bytes.length - at);
      byte[] part = Arrays.copyOfRange(bytes, at, at + length);
      at += length;
      window -= length;
      windows.put(stream, windowOf(stream) - length);
      frame(DATA, ends && at == bytes.length ? END_STREAM : 0, stream, part);
    } while (at < bytes.length);
    return this;
  }

  public Http2RawClient data(int stream, String text, boolean ends) throws IOException {
    return data(stream, text.getBytes(StandardCharsets.ISO_8859_1), ends);
  }

  /** What the proxy lets us send on the stream at present. */
  public long windowOf(int stream) {
    return windows.getOrDefault(stream, streamWindow);
  }

  public Http2RawClient reset(int stream, int error) throws IOException {
    return frame(RST_STREAM, 0, stream, number(error));
  }

  public Http2RawClient openWindow(int stream, int bytes) throws IOException {
    return frame(WINDOW_UPDATE, 0, stream, number(bytes));
  }

  /** Gives back no window of itself any more. */
  public Http2RawClient keepsWindowsShut() {
    opensWindows = false;
    return this;
  }

  /** Leaves PING unanswered. */
  public Http2RawClient ignoresPings() {
    answersPings = false;
    return this;
  }

  /** The whole answer on a stream, or what came before it was reset. */
  public Answer answer(int stream) throws IOException {
    await(() -> of(stream).ended || of(stream).reset >= 0);
    return of(stream);
  }

  /** What has come so far. */
  public Answer of(int stream) {
    return answers.computeIfAbsent(stream, s -> new Answer());
  }

  public List<GoAway> goAways() {
    return goAways;
  }

  /** What the proxy says of SETTINGS_MAX_CONCURRENT_STREAMS. */
  public int maxStreams() throws IOException {
    await(() -> settled);
    return maxStreams;
  }

  /** Until the proxy has taken in all that was sent before. */
  public Http2RawClient roundTrip() throws IOException {
    int before = pongs.size();
    frame(PING, 0, 0, new byte[8]);
    return await(() -> pongs.size() > before);
  }

  /** Reads until that is so. */
  public Http2RawClient await(BooleanSupplier condition) throws IOException {
    while (!condition.getAsBoolean()) {
      if (!readFrame()) {
        throw new EOFException("The connection ended. " + goAways + " " + answers.keySet());
      }
    }
    return this;
  }

  /** Reads to the end of the connection. */
  public Http2RawClient readToEnd() throws IOException {
    while (!ended) {
      readFrame();
    }
    return this;
  }

  private boolean readFrame() throws IOException {
    if (ended) {
      return false;
    }
    try {
      int first = input.read();
      if (first < 0) {
        ended = true;
        return false;
      }
      int length = first << 16 | input.readUnsignedShort();
      int type = input.readUnsignedByte();
      int flags = input.readUnsignedByte();
      int stream = input.readInt() & 0x7fffffff;
      byte[] payload = new byte[length];
      input.readFully(payload);
      take(type, flags, stream, payload);
      return true;
    } catch (SocketException e) {
      ended = true;
      return false;
    }
  }

  private void take(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuf in = Unpooled.wrappedBuffer(payload);
    if ((type == DATA || type == HEADERS) && of(stream).reset >= 0) {
      throw new IOException("A frame of type " + type + " behind RST_STREAM (RFC 9113 §5.1)");
    }
    switch (type) {
      case DATA -> {
        of(stream).body.write(payload);
        of(stream).ended |= (flags & END_STREAM) != 0;
        if (opensWindows && payload.length > 0) {
          openWindow(0, payload.length);
          openWindow(stream, payload.length);
        }
      }
      case HEADERS -> head(stream, in, (flags & END_STREAM) != 0);
      case RST_STREAM -> of(stream).reset = in.readInt();
      case SETTINGS -> settings(flags, in);
      case PING -> {
        if ((flags & ACK) != 0) {
          pongs.add(1);
        } else if (answersPings) {
          frame(PING, ACK, 0, payload);
        }
      }
      case GOAWAY -> goAways.add(new GoAway(in.readInt(), in.readInt()));
      case WINDOW_UPDATE -> {
        int more = in.readInt();
        if (stream == 0) {
          window += more;
        } else {
          windows.put(stream, windowOf(stream) + more);
        }
      }
      default -> throw new IOException("A frame of type " + type);
    }
  }

  private void settings(int flags, ByteBuf in) throws IOException {
    if ((flags & ACK) != 0) {
      return;
    }
    while (in.isReadable()) {
      int id = in.readUnsignedShort();
      int value = in.readInt();
      if (id == 3) {
        maxStreams = value;
      } else if (id == 4) {
        streamWindow = value;
      }
    }
    settled = true;
    frame(SETTINGS, ACK, 0, new byte[0]);
  }

  private void head(int stream, ByteBuf block, boolean ends) {
    Answer answer = of(stream);
    Http2Headers headers;
    try {
      headers = decoder.decodeHeaders(stream, block);
    } catch (Http2Exception e) {
      throw new UncheckedIOException(new IOException(e));
    }
    CharSequence status = headers.status();
    List<String> lines = answer.status == 0 ? answer.fields : answer.trailers;
    if (status != null && status.charAt(0) == '1') {
      answer.interims.add(Integer.parseInt(status.toString()));
    } else {
      if (status != null) {
        answer.status = Integer.parseInt(status.toString());
      }
      headers.forEach(
          field -> {
            if (field.getKey().charAt(0) != ':') {
              lines.add(field.getKey() + ": " + field.getValue());
            }
          });
    }
    answer.ended |= ends;
  }

  /** Ends the connection so that the other side's kernel tells it of an error. */
  public void abort() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Sends no more; not even what frames that come would have to be answered with. */
  public Http2RawClient closeOutput() throws IOException {
    outputClosed = true;
    socket.shutdownOutput();
    return this;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
