package dev.crossfade.server;

import dev.crossfade.forward.Accepts;
import dev.crossfade.forward.ClientEnd;
import dev.crossfade.forward.ClientFacts;
import dev.crossfade.forward.Exchange;
import dev.crossfade.forward.ExtraFields;
import dev.crossfade.forward.Language;
import dev.crossfade.forward.OwnAnswer;
import dev.crossfade.forward.ProxyFailure;
import dev.crossfade.http.ChunkScanner;
import dev.crossfade.http.HeadProblem;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.Verb;
import dev.crossfade.net.HeldBytes;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.time.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CodecException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ByteProcessor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection in HTTP/1.0 and 1.1 (RFC 9112): reads one request after the other, in
 * order, hands each to the {@link Exchange}, and writes its answer. The only handler in its
 * pipeline behind TLS and the PROXY protocol.
 *
 * <p>What it does with the next bytes that come in is its {@link Reading}; a request that has been
 * read whole is waited for ({@code WAIT}) while what follows it is kept, up to a limit. A
 * connection that may be out of step is never read as HTTP again: it lingers, discarding what
 * comes, until the client has had a chance to see the answer (RFC 9112 §9.6).
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements ClientEnd {
  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

  private enum Reading {
    HEAD,
    LENGTH,
    CHUNKS,
    WAIT,
    TUNNEL,
    LINGER,
    CLOSED
  }

  /** How much of a request's body is read on after its answer, to keep the connection. */
  private static final long MAX_DRAINED = 1024 * 1024;

  /** How long a client that has its answer may be silent, and how long it may go on sending. */
  private static final long LINGER_NANOS = 2_000_000_000L;

  private static final long LINGER_ALL_NANOS = 30_000_000_000L;

  private static final ByteProcessor NOT_CONTROL =
      c -> c < 0 || c >= 0x20 && c != 0x7f || c == '\t';

  /** Before one request; as many as the head's scanner passes over. */
  private static final int MAX_EMPTY_LINES = 2;

  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final LoopServing loop;
  private final ServerSettings.Limits limits;
  private final ServerSettings.Timeouts timeouts;
  private final Drain drain;
  private final ClientFacts client;
  private final Exchange exchange;
  private final ChunkScanner chunks = new ChunkScanner();
  private final ChunkScanner.DataRun content = this::count;
  private final Consumer<ByteBuf> output = this::write;

  private final Deadline readDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          readTooSlow();
        }
      };
  private final Deadline writeDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          writesTooSlow();
        }
      };

  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf input;
  private Reading reading = Reading.HEAD;
  private boolean processing;
  private boolean paused;
  private boolean inputEnded;
  private boolean unflushed;
  private long unwrittenBefore;

  // The head that is coming in.
  private long headStarted;
  private int headSearched;
  private int emptyLines;

  // The request.
  private long requests;
  private Verb verb = Verb.OTHER;
  private boolean http10;
  private boolean persistent;
  private long remaining;
  private long bodyStarted;
  private long bodyRead;
  private long drained;
  private boolean awaitsContinue;

  // The answer.
  private boolean answering;
  private boolean makesChunks;
  private boolean untilClose;
  private long lingersUntil;
  private boolean tunnel;

  Http1Connection(LoopServing loop, ServerSettings settings, Drain drain, ClientFacts client) {
    this.loop = loop;
    this.limits = settings.limits();
    this.timeouts = settings.timeouts();
    this.drain = drain;
    this.client = client;
    this.exchange = new Exchange(loop.forwarding, this);
  }

  // ---- what comes in ----------------------------------------------------------------------------

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    loop.deadlines.add(readDeadline);
    loop.deadlines.add(writeDeadline);
    readDeadline.set(loop.ticker.nanos() + timeouts.keepAlive().toNanos());
    observer().onClientConnections(ExchangeObserver.Protocol.HTTP1, 1);
    drain.add(this);
    if (drain.draining()) {
      // Accepted as the drain began: its request is served if it comes at once.
      readDeadline.set(loop.ticker.nanos() + LINGER_NANOS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    switch (reading) {
      case TUNNEL -> exchange.requestBody(bytes);
      case LINGER -> linger(bytes);
      case CLOSED -> bytes.release();
      default -> {
        input =
            input == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), input, bytes);
        process();
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    exchange.flushRequest();
    flush();
  }

  /** Reads as far as what has come in allows. */
  private void process() {
    if (processing) {
      // Called by an exchange that ended within the loop below, which goes on by itself.
      return;
    }
    processing = true;
    try {
      boolean again = true;
      while (again) {
        again =
            switch (reading) {
              case HEAD -> readHead();
              case LENGTH -> readLength();
              case CHUNKS -> readChunks();
              case WAIT, TUNNEL, LINGER, CLOSED -> false;
            };
      }
    } finally {
      processing = false;
    }
    if (reading == Reading.WAIT) {
      boundPipeline();
    }
    exchange.flushRequest();
  }

  private void boundPipeline() {
    ByteBuf ahead = input;
    if (ahead == null) {
      return;
    }
    int length = ahead.readableBytes();
    if (length == 0) {
      dropInput();
      return;
    }
    input = HeldBytes.of(ahead, allocator());
    if (length > limits.pipelined()) {
      pause();
    }
  }

  private boolean readHead() {
    ByteBuf in = input;
    if (in == null || !in.isReadable()) {
      dropInput();
      if (inputEnded) {
        close();
      }
      return false;
    }
    if (headSearched == 0 && isEmptyLine(in)) {
      in.skipBytes(CRLF.length);
      return readHead();
    }
    if (headSearched == 0) {
      headStarted = loop.ticker.nanos();
      readDeadline.set(headStarted + timeouts.head().toNanos());
    } else if (!mayBeComplete(in)) {
      return incompleteHead(in);
    }
    int look = Math.min(in.readableBytes(), limits.head());
    in.getBytes(in.readerIndex(), loop.headBytes, 0, look);
    int end = loop.head.scan(loop.headBytes, 0, look);
    if (end == RequestHead.INCOMPLETE) {
      return look < limits.head() ? incompleteHead(in) : refuseHead(HeadProblem.HEAD_TOO_LARGE);
    }
    if (end == RequestHead.REFUSED) {
      HeadProblem problem = loop.head.problem();
      return refuseHead(problem == null ? HeadProblem.FIELD_NAME : problem);
    }
    in.skipBytes(end);
    headSearched = 0;
    begin(loop.head);
    return true;
  }

  /**
   * Behind a request some clients send an empty line that belongs to nothing (RFC 9112 §2.2). It
   * begins no head either, or a client that is silent then would be told that it is too slow.
   */
  private boolean isEmptyLine(ByteBuf in) {
    boolean alone =
        in.readableBytes() == CRLF.length
            && in.getByte(in.readerIndex()) == '\r'
            && in.getByte(in.readerIndex() + 1) == '\n';
    return alone && ++emptyLines <= MAX_EMPTY_LINES;
  }

  /**
   * A head that comes in many pieces is scanned again only when one of them brings a control
   * character: the end of a line, which may be the last or show that the head is malformed. With
   * lines and their number bounded, so is the work.
   */
  private boolean mayBeComplete(ByteBuf in) {
    if (in.readableBytes() >= limits.head()) {
      return true;
    }
    int from = in.readerIndex() + headSearched;
    int last = in.writerIndex() - 1;
    int control = in.forEachByte(from, last + 1 - from, NOT_CONTROL);
    if (control >= 0 && (control < last || in.getByte(control) != '\r')) {
      return true;
    }
    // Without the end of its first line a head is only watched for its length.
    return headSearched < limits.requestLine() && in.readableBytes() >= limits.requestLine();
  }

  private boolean incompleteHead(ByteBuf in) {
    // A last CR is looked at again together with what follows it.
    int last = in.writerIndex() - 1;
    headSearched = Math.max(1, in.readableBytes() - (in.getByte(last) == '\r' ? 1 : 0));
    input = HeldBytes.of(in, allocator());
    if (inputEnded) {
      close();
    }
    return false;
  }

  private boolean refuseHead(HeadProblem problem) {
    ProxyFailure failure = ProxyFailure.of(problem);
    verb = loop.head.verb();
    refuse(failure, problem.text(), Accepts.page(loop.head));
    return false;
  }

  /** Answers to a request that never became an exchange. */
  private void refuse(ProxyFailure failure, @Nullable String detail, @Nullable Language page) {
    persistent = false;
    if (failure.cause() != null) {
      observer().onReject(failure.cause());
    }
    ExtraFields none = new ExtraFields();
    answerItself(loop.forwarding.answerTo(failure, detail, page), none);
    flush();
  }

  private void begin(RequestHead head) {
    requests++;
    emptyLines = 0;
    verb = head.verb();
    http10 = head.http10();
    persistent = head.persistent() && !drain.draining() && withinRequestLimit();
    answering = true;
    drained = 0;
    bodyRead = 0;
    awaitsContinue = head.expectContinue() && head.hasBody();
    if (head.hasBody()) {
      remaining = head.contentLength();
      reading = head.chunked() ? Reading.CHUNKS : Reading.LENGTH;
      if (head.chunked()) {
        chunks.reset();
      }
      bodyStarted = headStarted;
      expectBody();
    } else {
      reading = Reading.WAIT;
      readDeadline.clear();
    }
    exchange.begin(head, headStarted);
  }

  private boolean withinRequestLimit() {
    return limits.requestsPerConnection() == 0 || requests < limits.requestsPerConnection();
  }

  private void expectBody() {
    readDeadline.set(loop.ticker.nanos() + timeouts.body().toNanos());
  }

  private boolean readLength() {
    ByteBuf in = input;
    if (in == null || !in.isReadable()) {
      return bodyIncomplete();
    }
    int available = in.readableBytes();
    if (available <= remaining) {
      input = null;
      remaining -= available;
      bodyRead += available;
      passBody(in, available);
    } else {
      int length = (int) remaining;
      remaining = 0;
      bodyRead += length;
      passBody(in.readRetainedSlice(length), length);
    }
    if (remaining == 0) {
      bodyComplete();
    }
    return bodyGoesOn();
  }

  private boolean readChunks() {
    ByteBuf in = input;
    if (in == null || !in.isReadable()) {
      return bodyIncomplete();
    }
    int end = chunks.scan(in, in.readerIndex(), in.writerIndex(), content);
    HeadProblem problem = chunks.problem();
    if (problem != null) {
      dropInput();
      badBody(ProxyFailure.of(problem));
      return false;
    }
    int length = end - in.readerIndex();
    if (end == in.writerIndex()) {
      input = null;
      passBody(in, length);
    } else {
      passBody(in.readRetainedSlice(length), length);
    }
    if (chunks.done()) {
      bodyComplete();
    }
    return bodyGoesOn();
  }

  private void count(ByteBuf buffer, int from, int to) {
    bodyRead += to - from;
  }

  private boolean bodyGoesOn() {
    return reading != Reading.CLOSED && reading != Reading.LINGER;
  }

  private boolean bodyIncomplete() {
    dropInput();
    if (inputEnded) {
      // The rest of the body will never come, so the request is no request.
      exchange.clientGone();
      close();
    }
    return false;
  }

  private void passBody(ByteBuf bytes, int length) {
    awaitsContinue = false;
    long now = loop.ticker.nanos();
    readDeadline.set(now + timeouts.body().toNanos());
    if (tooLarge()) {
      bytes.release();
      badBody(ProxyFailure.BODY_TOO_LARGE);
    } else if (tooSlow(now)) {
      bytes.release();
      badBody(ProxyFailure.REQUEST_TIMEOUT);
    } else if (exchange.underWay()) {
      exchange.requestBody(bytes);
    } else {
      bytes.release();
      drained += length;
      if (drained > MAX_DRAINED) {
        linger();
      }
    }
  }

  private boolean tooLarge() {
    long most = exchange.maxBody();
    return most > 0 && bodyRead > most && exchange.underWay();
  }

  private boolean tooSlow(long now) {
    long seconds = (now - bodyStarted) / 1_000_000_000L;
    return timeouts.bodyRate() > 0 && seconds > 5 && bodyRead / seconds < timeouts.bodyRate();
  }

  private void badBody(ProxyFailure failure) {
    persistent = false;
    if (exchange.underWay()) {
      exchange.requestFails(failure);
    } else {
      linger();
    }
  }

  private void bodyComplete() {
    if (reading == Reading.LENGTH || reading == Reading.CHUNKS) {
      reading = Reading.WAIT;
      readDeadline.clear();
      // An exchange that answers only now goes on to the next request by itself.
      boolean answered = !answering;
      exchange.requestEnds();
      if (answered) {
        next();
      }
    }
  }

  /** The request is read, and its answer is written. */
  private void next() {
    if (!persistent) {
      lingerOrClose();
      return;
    }
    reading = Reading.HEAD;
    headSearched = 0;
    readDeadline.set(loop.ticker.nanos() + timeouts.keepAlive().toNanos());
    resume();
    if (drain.draining() && input == null) {
      close();
      return;
    }
    process();
  }

  private void readTooSlow() {
    switch (reading) {
      case HEAD -> {
        if (headSearched > 0) {
          verb = Verb.OTHER;
          refuse(ProxyFailure.REQUEST_TIMEOUT, null, null);
        } else {
          close();
        }
      }
      case LENGTH, CHUNKS -> badBody(ProxyFailure.REQUEST_TIMEOUT);
      default -> close();
    }
    flush();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      switch (reading) {
        case TUNNEL -> exchange.clientOutputEnds();
        case LINGER -> close();
        case CLOSED -> {}
        // A client may close its output and wait for the answer (RFC 9112 §9.6).
        case WAIT -> {}
        default -> process();
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    gone();
  }

  private void gone() {
    if (drain.remove(this)) {
      reading = Reading.CLOSED;
      dropInput();
      loop.deadlines.remove(readDeadline);
      loop.deadlines.remove(writeDeadline);
      observer()
          .onClientConnections(
              tunnel ? ExchangeObserver.Protocol.TUNNEL : ExchangeObserver.Protocol.HTTP1, -1);
      exchange.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException || cause instanceof CodecException)) {
      log.error("A client's connection is closed for a fault of the proxy's", cause);
    }
    ctx.close();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      writeDeadline.clear();
    } else {
      expectWrites();
    }
    exchange.clientWritabilityChanged();
  }

  // ---- what goes out ----------------------------------------------------------------------------

  @Override
  public ClientFacts client() {
    return client;
  }

  @Override
  public void interim(ResponseHead head) {
    awaitsContinue &= head.status() != 100;
    write(loop.writer.interim(head, allocator()));
  }

  @Override
  public void answer(ResponseHead head, ExtraFields extra, ByteBuf received) {
    boolean chunked = head.body() == ResponseHead.Body.CHUNKED;
    untilClose = head.body() == ResponseHead.Body.UNTIL_CLOSE || chunked && http10;
    makesChunks = head.body() == ResponseHead.Body.UNTIL_CLOSE && !http10;
    if (makesChunks) {
      untilClose = false;
    }
    persistent &= !untilClose && !drain.draining() && mayReadOn() && mayDrain();
    if (!makesChunks) {
      loop.writer.head(
          head, extra, received, persistence(), takesChunks(), false, allocator(), output);
      return;
    }
    int headLength = head.end() - head.start();
    ByteBuf body =
        received.retainedSlice(
            received.readerIndex() + headLength, received.readableBytes() - headLength);
    received.writerIndex(received.readerIndex() + headLength);
    loop.writer.head(head, extra, received, persistence(), false, true, allocator(), output);
    body(body);
  }

  /**
   * Whether another request may follow: not if the client has closed its output and all it sent is
   * read; nor if it got its answer in place of 100 (Continue), for then nobody can tell whether the
   * body or the next request is what it sends next (RFC 9110 §10.1.1).
   */
  private boolean mayReadOn() {
    boolean more = !inputEnded || input != null && input.isReadable();
    return more && !awaitsContinue;
  }

  /** What the request is known to have left is no more than is read on for the next one's sake. */
  private boolean mayDrain() {
    return reading != Reading.LENGTH || remaining <= MAX_DRAINED;
  }

  private AnswerWriter.Persistence persistence() {
    if (!persistent) {
      return AnswerWriter.Persistence.CLOSE;
    }
    return http10 ? AnswerWriter.Persistence.SAID : AnswerWriter.Persistence.IMPLIED;
  }

  @Override
  public boolean takesChunks() {
    return !http10;
  }

  @Override
  public void body(ByteBuf bytes) {
    if (!bytes.isReadable()) {
      bytes.release();
    } else if (makesChunks) {
      byte[] size =
          (Integer.toHexString(bytes.readableBytes()) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      write(allocator().directBuffer(size.length).writeBytes(size));
      write(bytes);
      write(allocator().directBuffer(2).writeBytes(CRLF));
    } else {
      write(bytes);
    }
  }

  @Override
  public void answerEnds() {
    answering = false;
    if (makesChunks) {
      makesChunks = false;
      write(allocator().directBuffer(LAST_CHUNK.length).writeBytes(LAST_CHUNK));
    }
    if (reading == Reading.WAIT) {
      next();
    } else {
      drainRequest();
    }
  }

  /** The answer came before the request's body was done: the rest is read and discarded. */
  private void drainRequest() {
    if (!persistent) {
      lingerOrClose();
      return;
    }
    resume();
    expectBody();
    if (!processing) {
      process();
    }
  }

  @Override
  public void answerItself(OwnAnswer answer, ExtraFields extra) {
    persistent &= !answer.endsConnection() && mayReadOn() && mayDrain();
    write(loop.writer.own(answer, extra, persistence(), verb != Verb.HEAD, allocator()));
    answering = false;
    if (reading == Reading.WAIT) {
      next();
    } else if (reading == Reading.LENGTH || reading == Reading.CHUNKS) {
      drainRequest();
    } else {
      lingerOrClose();
    }
    if (!processing) {
      flush();
    }
  }

  @Override
  public void switchProtocols(ResponseHead head, ExtraFields extra) {
    write(loop.writer.switching(head, extra, allocator()));
    reading = Reading.TUNNEL;
    persistent = false;
    readDeadline.clear();
    observer().onClientConnections(ExchangeObserver.Protocol.TUNNEL, 1);
    observer().onClientConnections(ExchangeObserver.Protocol.HTTP1, -1);
    tunnel = true;
    resume();
    ByteBuf early = input;
    input = null;
    if (early != null) {
      exchange.requestBody(early);
      exchange.flushRequest();
    }
    if (inputEnded) {
      exchange.clientOutputEnds();
    }
  }

  @Override
  public void outputEnds() {
    afterWrites(this::shutdownOutput);
  }

  /** Netty drops what is not written yet when an output is shut down or a channel closed. */
  private void afterWrites(Runnable action) {
    unflushed = false;
    channelContext().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(f -> action.run());
  }

  private void shutdownOutput() {
    if (channelContext().channel() instanceof DuplexChannel duplex && duplex.isActive()) {
      duplex.shutdownOutput();
    }
  }

  @Override
  public void cut() {
    if (untilClose) {
      // The end of the connection is the end of such a body: only a reset tells it from a good one.
      channelContext().channel().config().setOption(ChannelOption.SO_LINGER, 0);
    }
    close();
  }

  @Override
  public void flush() {
    if (unflushed) {
      unflushed = false;
      channelContext().flush();
    }
  }

  private void write(ByteBuf bytes) {
    ChannelHandlerContext ctx = channelContext();
    unwrittenBefore += bytes.readableBytes();
    ctx.write(HeldBytes.behind(ctx.channel(), bytes), ctx.voidPromise());
    unflushed = true;
  }

  @Override
  public boolean writable() {
    return channelContext().channel().isWritable();
  }

  @Override
  public void pauseRequest() {
    pause();
    readDeadline.clear();
  }

  @Override
  public void resumeRequest() {
    if (reading == Reading.LENGTH || reading == Reading.CHUNKS) {
      expectBody();
    }
    if (reading != Reading.CLOSED) {
      resume();
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      channelContext().channel().config().setAutoRead(false);
    }
  }

  private void resume() {
    if (paused) {
      paused = false;
      channelContext().channel().config().setAutoRead(true);
    }
  }

  // ---- the end ----------------------------------------------------------------------------------

  /** From any thread: no request will be read any more; closes at once if none is under way. */
  void drainSoon() {
    channelContext().executor().execute(this::drain);
  }

  /** From any thread: closes, whatever is under way. */
  void abortSoon() {
    channelContext().close();
  }

  private void drain() {
    boolean idle = reading == Reading.HEAD && headSearched == 0;
    boolean discarding = !answering && (reading == Reading.LENGTH || reading == Reading.CHUNKS);
    if (idle || discarding) {
      close();
    } else if (reading != Reading.TUNNEL) {
      persistent = false;
    }
  }

  private void lingerOrClose() {
    if (inputEnded) {
      close();
    } else {
      linger();
    }
  }

  /**
   * RFC 9112 §9.6: closes the output, and reads on until the client has closed too. Closing at once
   * would reset the connection if anything is still coming in, and take the answer with it.
   */
  private void linger() {
    dropInput();
    flush();
    if (channelContext().pipeline().get(SslHandler.class) != null) {
      close();
      return;
    }
    reading = Reading.LINGER;
    lingersUntil = 0;
    readDeadline.clear();
    expectWrites();
    resume();
    afterWrites(
        () -> {
          writeDeadline.clear();
          long now = loop.ticker.nanos();
          lingersUntil = now + LINGER_ALL_NANOS;
          readDeadline.set(now + LINGER_NANOS);
          shutdownOutput();
        });
  }

  private void expectWrites() {
    unwrittenBefore = unwritten();
    writeDeadline.set(loop.ticker.nanos() + timeouts.write().toNanos());
  }

  /** A client that has taken anything meanwhile is slow, but not gone. */
  private void writesTooSlow() {
    if (unwritten() < unwrittenBefore) {
      expectWrites();
    } else {
      channelContext().close();
    }
  }

  /** Bytes that the kernel has not taken yet. */
  private long unwritten() {
    ChannelOutboundBuffer pending = channelContext().channel().unsafe().outboundBuffer();
    return pending == null ? 0 : pending.totalPendingWriteBytes() - pending.currentProgress();
  }

  /**
   * As long as the client has not taken the whole answer, its writes are timed and not its reads.
   */
  private void linger(ByteBuf bytes) {
    bytes.release();
    if (lingersUntil != 0) {
      readDeadline.set(Math.min(loop.ticker.nanos() + LINGER_NANOS, lingersUntil));
    }
  }

  /** Closes behind what has been written. */
  private void close() {
    if (reading != Reading.CLOSED) {
      reading = Reading.CLOSED;
      dropInput();
      readDeadline.clear();
      expectWrites();
      resume();
      afterWrites(channelContext()::close);
    }
  }

  private void dropInput() {
    ByteBuf dropped = input;
    input = null;
    ReferenceCountUtil.release(dropped);
  }

  private ByteBufAllocator allocator() {
    return channelContext().alloc();
  }

  private ExchangeObserver observer() {
    return loop.forwarding.observer();
  }

  private ChannelHandlerContext channelContext() {
    ChannelHandlerContext present = context;
    if (present == null) {
      throw new IllegalStateException("The connection is not there yet.");
    }
    return present;
  }
}
