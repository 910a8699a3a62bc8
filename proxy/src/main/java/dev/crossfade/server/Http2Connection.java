package dev.crossfade.server;

import dev.crossfade.forward.ClientFacts;
import dev.crossfade.net.PeerReset;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.telemetry.RejectCause;
import dev.crossfade.time.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamVisitor;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection in HTTP/2 (RFC 9113): limits, timeouts and its end. Frames, compression of
 * fields and flow control are Netty's ({@link Http2Codec}); each request is a {@link
 * Http2ClientStream}. Confined to one event loop.
 *
 * <p>It ends in two steps (§6.8): a GOAWAY that refuses nothing yet and a PING; when that comes
 * back, no request can be under way that was sent before the client knew, and a second GOAWAY names
 * the last one that is served. When that one is over the connection closes.
 */
final class Http2Connection extends Http2ConnectionHandler implements ClientConnection {
  private static final Logger log = LoggerFactory.getLogger(Http2Connection.class);

  /** Of what a client begins with (RFC 9113 §3.4). */
  static final int PREFACE_LENGTH = 24;

  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

  /** {@code PRI * HTTP/2.0} and its line end; enough to know. */
  private static final int PREFACE_LINE = 16;

  /** The connection's own window is never what holds a client up: streams are bounded. */
  private static final int CONNECTION_WINDOW = 1024 * 1024;

  /** When so much waits for the client's windows in all, no stream may have more wait. */
  private static final long MOST_PENDING = 1024 * 1024;

  /** When so much of ours has not been taken, a client that makes us write more does not read. */
  private static final long MOST_UNWRITTEN = 4 * 1024 * 1024;

  /** Streams that are kept to be used again. */
  private static final int MOST_KEPT = 32;

  private static final long DRAIN_PING = 0x63726f737366616dL;

  private static final long LOOK_PING = 0x6c6f6f6b696e6721L;

  /** How often a client that sends no more is looked after. */
  private static final long LOOK_NANOS = 1_000_000_000L;

  /** How long a client may take to answer a PING before we take it that it knows. */
  private static final long PING_NANOS = 2_000_000_000L;

  private static final Http2StreamVisitor CLOSE =
      stream -> {
        stream.close();
        return true;
      };

  private enum Phase {
    OPEN,
    /** The client has been told to open no more streams; those that it opens are served. */
    LEAVING,
    /** No more streams are taken; it closes with the last one. */
    FINISHING,
    /** Our output is closed; what comes is of no interest. */
    LINGERING,
    CLOSED
  }

  private final LoopServing loop;
  private final ServerSettings settings;
  private final ServerSettings.Timeouts timeouts;
  private final Drain drain;
  private final ClientFacts client;
  private final io.netty.handler.codec.http2.Http2Connection.PropertyKey key;
  private final Http2FrameBounds bounds = new Http2FrameBounds();
  private final Http2Floods floods = new Http2Floods();
  private final ConnectionEnd end;
  private final ArrayDeque<Http2ClientStream> free = new ArrayDeque<>();
  private final List<Http2ClientStream> fed = new ArrayList<>();
  private final Http2ResetStreams resetStreams = new Http2ResetStreams();
  private final Runnable flushTask = this::flushNow;
  private final Http2StreamVisitor writabilityTold = this::tellWritability;

  private final Deadline idleDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          finish();
        }
      };
  private final Deadline headDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          observer().onReject(RejectCause.TIMEOUT);
          finish();
        }
      };

  private final Deadline lookDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          lookAfterClient();
        }
      };

  private @Nullable ClientOutput clientOutput;
  private Phase phase = Phase.OPEN;
  private boolean inputEnded;
  private boolean reading;
  private boolean flushDue;
  private int busy;
  private long requests;
  private long pending;
  private int resetByClient;

  /** The connection of a client that has shown that it wants HTTP/2. */
  Http2Connection(LoopServing loop, ServerSettings settings, Drain drain, ClientFacts client) {
    this(loop, settings, drain, client, Http2Codec.of(loop, settings.limits()));
  }

  private Http2Connection(
      LoopServing loop,
      ServerSettings settings,
      Drain drain,
      ClientFacts client,
      Http2Codec codec) {
    super(codec.decoder(), codec.encoder(), codec.announced(), true);
    this.loop = loop;
    this.settings = settings;
    this.timeouts = settings.timeouts();
    this.drain = drain;
    this.client = client;
    this.end = new ConnectionEnd(loop.deadlines, loop.ticker);
    this.key = codec.key();
    gracefulShutdownTimeoutMillis(-1);
    Events events = new Events();
    codec.decoder().frameListener(events);
    connection().addListener(events);
  }

  /** Whether a client that speaks HTTP/2 may begin with these bytes (RFC 9113 §3.4). */
  static boolean mayBePreface(ByteBuf bytes) {
    int length = Math.min(bytes.readableBytes(), PREFACE_LENGTH);
    return length >= PREFACE_LINE
        && ByteBufUtil.equals(bytes, bytes.readerIndex(), PREFACE, 0, length);
  }

  // ---- what comes in ----------------------------------------------------------------------------

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    clientOutput = new ClientOutput(ctx, loop.deadlines, loop.ticker, timeouts.write());
    super.handlerAdded(ctx);
    decoder()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(),
            CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    loop.deadlines.add(idleDeadline);
    loop.deadlines.add(headDeadline);
    loop.deadlines.add(lookDeadline);
    idleDeadline.set(loop.ticker.nanos() + timeouts.keepAlive().toNanos());
    observer().onClientConnections(ExchangeObserver.Protocol.HTTP2, 1);
    drain.add(this);
    if (drain.draining()) {
      leave();
    }
    ctx.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    ByteBuf bytes = (ByteBuf) message;
    if (phase == Phase.LINGERING || phase == Phase.CLOSED) {
      end.discard(bytes);
      return;
    }
    reading = true;
    boolean headEnded = bounds.follow(bytes);
    super.channelRead(ctx, bytes);
    if (!bounds.inHead()) {
      headDeadline.clear();
    } else if (headEnded || !headDeadline.isSet()) {
      headDeadline.set(loop.ticker.nanos() + timeouts.head().toNanos());
    }
  }

  /** What came together with the reason for the end is of no interest either. */
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (phase == Phase.LINGERING || phase == Phase.CLOSED) {
      in.skipBytes(in.readableBytes());
    } else {
      super.decode(ctx, in, out);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    for (int i = 0; i < fed.size(); i++) {
      fed.get(i).flushRequest();
    }
    fed.clear();
    reading = false;
    super.channelReadComplete(ctx);
  }

  /** What the codec tells of. */
  private final class Events extends Http2EventAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int id, Http2Headers fields, int padding, boolean ends)
        throws Http2Exception {
      head(id, ends);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int id,
        Http2Headers fields,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean ends)
        throws Http2Exception {
      head(id, ends);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean ends)
        throws Http2Exception {
      if (data.isReadable() || ends) {
        floods.something();
      } else {
        bringsNothing();
      }
      Http2ClientStream stream = stream(id);
      if (stream == null) {
        return data.readableBytes() + padding;
      }
      feed(stream);
      return stream.data(data, padding, ends);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int id, long error)
        throws Http2Exception {
      resetByClient = id;
      countReset();
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings theirs)
        throws Http2Exception {
      bringsNothing();
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
      // The codec has begun to count for itself what is counted here; see refuse.
      connection().remote().maxActiveStreams(Integer.MAX_VALUE);
      bringsNothing();
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      bringsNothing();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      bringsNothing();
      if (phase == Phase.LEAVING && data == DRAIN_PING) {
        finish();
      }
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive)
        throws Http2Exception {
      bringsNothing();
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment)
        throws Http2Exception {
      bringsNothing();
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext ctx, byte type, int id, Http2Flags flags, ByteBuf payload) {
      // RFC 9113 §5.5: passed over. The codec tells of none that is of no stream.
    }

    @Override
    public void onStreamHalfClosed(Http2Stream of) {
      Http2ClientStream stream = of.getProperty(key);
      if (stream != null && of.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
        stream.answerIsOut();
      }
    }

    @Override
    public void onStreamClosed(Http2Stream of) {
      Http2ClientStream stream = of.removeProperty(key);
      if (stream != null) {
        boolean inOrder =
            !of.isResetSent() && of.id() != resetByClient && channelContext().channel().isActive();
        if (stream.closed(inOrder) && free.size() < MOST_KEPT && !fed.contains(stream)) {
          free.add(stream);
        }
      }
      closeIfDone();
    }
  }

  /** A request, or the trailers of one. */
  private void head(int id, boolean ends) throws Http2Exception {
    floods.something();
    Http2Stream of = connection().stream(id);
    Http2ClientStream stream = of.getProperty(key);
    if (stream != null) {
      stream.requestTrailers();
    } else if (connection().remote().numActiveStreams() > settings.limits().streams()) {
      refuse(id);
      return;
    } else {
      stream = free.isEmpty() ? new Http2ClientStream(this, loop, settings) : free.removeLast();
      of.setProperty(key, stream);
      busy++;
      if (phase == Phase.OPEN) {
        idleDeadline.clear();
      }
      stream.begin(id, ends);
      if (++requests == settings.limits().requestsPerConnection()) {
        leave();
      }
    }
    feed(stream);
  }

  /**
   * One more than may be open at a time (RFC 9113 §5.1.2), from the first on, whether or not the
   * client has seen our settings. Not left to the codec, which forgets a stream that it has not
   * opened, and ends the connection for what follows on it.
   */
  private void refuse(int id) throws Http2Exception {
    observer().onReject(RejectCause.CAPACITY);
    reset(id, Http2Error.REFUSED_STREAM);
    countReset();
  }

  /** Its origin is flushed when all that has come in is read. */
  private void feed(Http2ClientStream stream) {
    int last = fed.size() - 1;
    if (last < 0 || fed.get(last) != stream) {
      fed.add(stream);
    }
  }

  private void bringsNothing() throws Http2Exception {
    if (floods.nothing(loop.ticker.nanos()) || output().unwritten() > MOST_UNWRITTEN) {
      throw tooMuch("frames that bring nothing");
    }
  }

  /**
   * Counts a stream that is reset for what the client did.
   *
   * @throws Http2Exception if it is one too many for the connection
   */
  void countReset() throws Http2Exception {
    if (floods.reset(loop.ticker.nanos())) {
      throw tooMuch("streams that were reset");
    }
  }

  private Http2Exception tooMuch(String what) {
    return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "Too many %s.", what);
  }

  private @Nullable Http2ClientStream stream(int id) {
    Http2Stream of = connection().stream(id);
    return of == null ? null : of.getProperty(key);
  }

  /** A stream has neither a request nor an answer under way any more. */
  void streamDone() {
    if (--busy == 0 && phase == Phase.OPEN) {
      idleDeadline.set(loop.ticker.nanos() + timeouts.keepAlive().toNanos());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    super.userEventTriggered(ctx, event);
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      if (phase == Phase.LINGERING) {
        close();
      } else {
        eachStream(this::cutOff);
        finish();
        lookAfterClient();
      }
    }
    if (event instanceof SslCloseCompletionEvent && output().ended()) {
      ctx.close();
    }
  }

  /**
   * A client that sends no more may still wait for its answers or may be gone. The latter's kernel
   * answers whatever it is sent with a reset, and we do not read, so that nobody tells us.
   */
  private void lookAfterClient() {
    ChannelHandlerContext ctx = channelContext();
    if (PeerReset.of(ctx.channel())) {
      ctx.close();
    } else if (phase == Phase.FINISHING) {
      encoder().writePing(ctx, false, LOOK_PING, ctx.newPromise());
      flushSoon();
      lookDeadline.set(loop.ticker.nanos() + LOOK_NANOS);
    }
  }

  /** The rest of its request will never come, so that it is no request. */
  private boolean cutOff(Http2Stream of) {
    Http2ClientStream stream = of.getProperty(key);
    if (stream != null && stream.requestOpen()) {
      reset(of.id(), Http2Error.CANCEL);
    }
    return true;
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    Http2Stream of = connection().stream(error.streamId());
    if (outbound && (of == null || of.state() == Http2Stream.State.CLOSED)) {
      // What we can't write any more on a stream that is over.
      return;
    }
    if (error.error() == Http2Error.STREAM_CLOSED && resetStreams.know(error.streamId())) {
      // Sent before the client knows of the reset.
      if (floods.late(loop.ticker.nanos())) {
        onError(ctx, false, tooMuch("frames on streams that were reset"));
      }
      return;
    }
    if (!outbound && error.error() != Http2Error.REFUSED_STREAM && isIdle(error.streamId())) {
      onConnectionError(ctx, false, cause, error);
      return;
    }
    if (!outbound) {
      if (floods.reset(loop.ticker.nanos())) {
        onError(ctx, false, tooMuch("streams that were reset"));
        return;
      }
      observer()
          .onReject(
              error.error() == Http2Error.REFUSED_STREAM
                  ? RejectCause.CAPACITY
                  : RejectCause.MALFORMED);
    }
    reset(error.streamId(), error.error());
  }

  /** Whether the stream has not begun, so that there is nothing to reset (RFC 9113 §5.1, §6.4). */
  private boolean isIdle(int id) {
    return !connection().streamMayHaveExisted(id);
  }

  /**
   * RFC 9113 §5.4.1. Unlike Netty's own end, this one lets the client read why: its last words are
   * not taken away by a reset for what it still sends.
   */
  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    if (error == null && !(cause instanceof IOException)) {
      log.error("A client's connection is closed for a fault of the proxy's", cause);
    } else if (!outbound) {
      observer().onReject(RejectCause.MALFORMED);
    }
    if (error == null) {
      ctx.close();
    } else if (phase != Phase.LINGERING && phase != Phase.CLOSED) {
      phase = Phase.FINISHING;
      frameWriter()
          .writeGoAway(
              ctx,
              connection().remote().lastStreamCreated(),
              error.error().code(),
              Unpooled.EMPTY_BUFFER,
              ctx.newPromise());
      eachStream(CLOSE);
      closeIfDone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(ctx, cause);
      return;
    }
    if (!(cause instanceof IOException || cause instanceof CodecException)) {
      log.error("A client's connection is closed for a fault of the proxy's", cause);
    }
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    gone();
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    super.handlerRemoved0(ctx);
    gone();
  }

  private void gone() {
    if (drain.remove(this)) {
      phase = Phase.CLOSED;
      loop.deadlines.remove(idleDeadline);
      loop.deadlines.remove(headDeadline);
      loop.deadlines.remove(lookDeadline);
      output().gone();
      end.gone();
      observer().onClientConnections(ExchangeObserver.Protocol.HTTP2, -1);
      free.clear();
    }
  }

  // ---- what goes out ----------------------------------------------------------------------------

  /**
   * Writes fields.
   *
   * @param ends whether they are the last of the stream
   */
  void writeHeaders(int id, Http2Headers fields, boolean ends) {
    ChannelHandlerContext ctx = channelContext();
    encoder().writeHeaders(ctx, id, fields, 0, ends, ctx.newPromise());
  }

  /**
   * Writes data, as far as the client's windows have room; the rest waits.
   *
   * @param bytes taken over
   */
  void writeData(int id, ByteBuf bytes, boolean ends) {
    ChannelHandlerContext ctx = channelContext();
    encoder().writeData(ctx, id, bytes, 0, ends, ctx.newPromise());
  }

  /**
   * Resets a stream behind what the client's windows have room for; does nothing if that has been
   * done. The stream is closed at once and not only when the frame is out, or Netty would send what
   * waits of its data behind it (RFC 9113 §5.1).
   */
  void reset(int id, Http2Error error) {
    ChannelHandlerContext ctx = channelContext();
    resetStreams.note(id);
    Http2Stream of = connection().stream(id);
    if (of != null) {
      writeWhatHasRoom();
    }
    resetStream(ctx, id, error.code(), ctx.newPromise());
    if (of != null) {
      of.close();
    }
  }

  private void writeWhatHasRoom() {
    try {
      encoder().flowController().writePendingBytes();
    } catch (Http2Exception e) {
      onError(channelContext(), true, e);
    }
  }

  /** Whether the frame that ends our side of the stream is written. */
  boolean hasSentEnd(int id) {
    Http2Stream of = connection().stream(id);
    return of == null || !of.state().localSideOpen();
  }

  /** The client may send so much more on the stream. */
  void consume(int id, int bytes) {
    Http2Stream of = connection().stream(id);
    if (of == null) {
      return;
    }
    try {
      decoder().flowController().consumeBytes(of, bytes);
    } catch (Http2Exception e) {
      onError(channelContext(), true, e);
    }
  }

  /** What the client's windows have room for. */
  int room(int id) {
    Http2Stream of = connection().stream(id);
    if (of == null) {
      return 0;
    }
    return Math.min(
        encoder().flowController().windowSize(of),
        encoder().flowController().windowSize(connection().connectionStream()));
  }

  /** Whether the client's socket takes more. */
  boolean writable() {
    return output().writable();
  }

  /**
   * Most bytes of one stream that may wait.
   *
   * @param alone as long as all streams together have less than their share of memory
   */
  long mostPending(long alone) {
    return pending < MOST_PENDING ? alone : 0;
  }

  /** What waits for the client's windows has changed by so much. */
  void pendingChanged(long change) {
    boolean before = pending < MOST_PENDING;
    pending += change;
    if (change < 0) {
      floods.something();
    }
    if (before != pending < MOST_PENDING) {
      tellWritability();
    }
  }

  private void tellWritability() {
    eachStream(writabilityTold);
  }

  private void eachStream(Http2StreamVisitor visitor) {
    try {
      connection().forEachActiveStream(visitor);
    } catch (Http2Exception e) {
      throw new IllegalStateException("None of our visitors fails.", e);
    }
  }

  private boolean tellWritability(Http2Stream of) {
    Http2ClientStream stream = of.getProperty(key);
    if (stream != null) {
      stream.noteWritability();
    }
    return true;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    super.channelWritabilityChanged(ctx);
    output().writabilityChanged();
    tellWritability();
  }

  /**
   * Flushes when the event loop has seen to all that has come in: the answers of many streams come
   * on as many connections, and are one write to the client.
   */
  void flushSoon() {
    if (!flushDue && !reading) {
      flushDue = true;
      channelContext().executor().execute(flushTask);
    }
  }

  private void flushNow() {
    flushDue = false;
    flush(channelContext());
  }

  // ---- the end ----------------------------------------------------------------------------------

  @Override
  public void drainSoon() {
    channelContext().executor().execute(this::leave);
  }

  @Override
  public void abortSoon() {
    channelContext().close();
  }

  /** The first step: the client is to open no more streams. */
  private void leave() {
    if (phase == Phase.OPEN) {
      phase = Phase.LEAVING;
      ChannelHandlerContext ctx = channelContext();
      goAway(Integer.MAX_VALUE);
      encoder().writePing(ctx, false, DRAIN_PING, ctx.newPromise());
      idleDeadline.set(loop.ticker.nanos() + PING_NANOS);
      flushSoon();
    }
  }

  /** The second: none is taken any more, and those under way are the last. */
  private void finish() {
    if (phase == Phase.OPEN || phase == Phase.LEAVING) {
      phase = Phase.FINISHING;
      idleDeadline.clear();
      goAway(connection().remote().lastStreamCreated());
      flushSoon();
      closeIfDone();
    }
  }

  private void goAway(int lastStream) {
    ChannelHandlerContext ctx = channelContext();
    goAway(ctx, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
  }

  private void closeIfDone() {
    if (phase == Phase.FINISHING && connection().numActiveStreams() == 0) {
      if (inputEnded || !output().halfCloses()) {
        close();
      } else {
        linger();
      }
    }
  }

  private void linger() {
    phase = Phase.LINGERING;
    headDeadline.clear();
    idleDeadline.clear();
    end.linger(output());
  }

  /** Closes behind what has been written. */
  private void close() {
    if (phase != Phase.CLOSED) {
      phase = Phase.CLOSED;
      headDeadline.clear();
      idleDeadline.clear();
      end.close(output());
    }
  }

  ClientFacts client() {
    return client;
  }

  ByteBufAllocator allocator() {
    return channelContext().alloc();
  }

  private ClientOutput output() {
    ClientOutput present = clientOutput;
    if (present == null) {
      throw new IllegalStateException("The connection is not there yet.");
    }
    return present;
  }

  private ExchangeObserver observer() {
    return loop.forwarding.observer();
  }

  private ChannelHandlerContext channelContext() {
    return output().context();
  }
}
