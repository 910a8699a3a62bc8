package dev.crossfade.server;

import dev.crossfade.forward.Accepts;
import dev.crossfade.forward.ClientEnd;
import dev.crossfade.forward.ClientFacts;
import dev.crossfade.forward.Exchange;
import dev.crossfade.forward.ExtraFields;
import dev.crossfade.forward.Language;
import dev.crossfade.forward.OwnAnswer;
import dev.crossfade.forward.ProxyFailure;
import dev.crossfade.http.HeadProblem;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.Verb;
import dev.crossfade.net.PeerReset;
import dev.crossfade.telemetry.ExchangeObserver;
import dev.crossfade.time.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CodecException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection in HTTP/1.0 and 1.1 (RFC 9112): reads one request after the other, in
 * order, hands each to the {@link Exchange}, and writes its answer. The only handler in its
 * pipeline behind TLS and the PROXY protocol. A client that wants HTTP/2, by ALPN or by its first
 * bytes, is handed over to {@link Http2Connection}.
 *
 * <p>What has come in and is not read yet is {@link Http1Input}'s; where a body ends is {@link
 * RequestBody}'s to say, how long it may take {@link BodyTime}'s; what goes out, and what is done
 * behind it, {@link ClientOutput}'s; how it ends, {@link ConnectionEnd}'s; how a client that sends
 * no more is asked whether it is there, {@link SentAhead}'s.
 *
 * <p>What it does with the next bytes that come in is its {@link Reading}; a request that has been
 * read whole is waited for ({@code WAIT}) while what follows it is kept, up to a limit. A
 * connection that may be out of step is never read as HTTP again: it lingers, discarding what
 * comes, until the client has had a chance to see the answer (RFC 9112 §9.6).
 */
final class Http1Connection extends ChannelInboundHandlerAdapter
    implements ClientEnd, ClientConnection {
  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

  private enum Reading {
    HEAD,
    BODY,
    WAIT,
    TUNNEL,
    LINGER,
    CLOSED
  }

  /** How long a client that was accepted as the drain began may take to send a request. */
  private static final long DRAIN_NANOS = 2_000_000_000L;

  /** How often it is asked whether a client that is not read has gone. */
  private static final long LOOK_NANOS = 1_000_000_000L;

  /** How soon behind {@link #sendAhead}, which is answered by the client's kernel if at all. */
  private static final long SENT_NANOS = 100_000_000L;

  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final LoopServing loop;
  private final ServerSettings settings;
  private final ServerSettings.Limits limits;
  private final ServerSettings.Timeouts timeouts;
  private final Drain drain;
  private final ClientFacts client;
  private final boolean http2;
  private final Exchange exchange;
  private final Http1Input input;
  private final RequestBody body = new RequestBody();
  private final BodyTime bodyTime;
  private final ConnectionEnd end;
  private final SentAhead ahead = new SentAhead();
  private final Consumer<ByteBuf> writing = this::write;

  private final Deadline readDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          readTooSlow();
        }
      };

  private @Nullable ClientOutput clientOutput;
  private Reading reading = Reading.HEAD;
  private boolean processing;
  private boolean paused;
  private boolean inputEnded;

  // The head that is coming in.
  private long headStarted;

  // The request.
  private long requests;
  private Verb verb = Verb.OTHER;
  private boolean http10;
  private boolean persistent;

  // The answer.
  private boolean answering;
  private boolean nextWaits;
  private boolean makesChunks;
  private boolean untilClose;
  private boolean tunnel;

  /**
   * @param http2 whether a client that wants it is served in HTTP/2
   */
  Http1Connection(
      LoopServing loop, ServerSettings settings, Drain drain, ClientFacts client, boolean http2) {
    this.loop = loop;
    this.settings = settings;
    this.limits = settings.limits();
    this.timeouts = settings.timeouts();
    this.drain = drain;
    this.client = client;
    this.input = new Http1Input(limits);
    this.bodyTime = new BodyTime(timeouts);
    this.end = new ConnectionEnd(loop.deadlines, loop.ticker);
    this.http2 = http2;
    this.exchange = new Exchange(loop.forwarding, this);
  }

  // ---- what comes in ----------------------------------------------------------------------------

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    clientOutput = new ClientOutput(ctx, loop.deadlines, loop.ticker, timeouts.write());
    loop.deadlines.add(readDeadline);
    readDeadline.set(loop.ticker.nanos() + timeouts.keepAlive().toNanos());
    observer().onClientConnections(ExchangeObserver.Protocol.HTTP1, 1);
    drain.add(this);
    if (drain.draining()) {
      // Accepted as the drain began: its request is served if it comes at once.
      readDeadline.set(loop.ticker.nanos() + DRAIN_NANOS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    switch (reading) {
      case TUNNEL -> exchange.requestBody(bytes);
      case LINGER, CLOSED -> end.discard(bytes);
      default -> {
        input.add(bytes, allocator());
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
              case BODY -> readBody();
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
    if (!input.isReadable()) {
      input.drop();
      return;
    }
    input.hold(allocator());
    if (input.length() > limits.pipelined()) {
      pause();
    }
  }

  private boolean readHead() {
    input.skipEmptyLine();
    if (!input.isReadable()) {
      input.drop();
      if (inputEnded) {
        close();
      }
      return false;
    }
    if (!input.inHead()) {
      headStarted = loop.ticker.nanos();
      readDeadline.set(headStarted + timeouts.head().toNanos());
    } else if (!input.mayEndHead()) {
      return incompleteHead();
    }
    int look = input.copyHead(loop.headBytes);
    int length = loop.head.scan(loop.headBytes, 0, look);
    if (length == RequestHead.INCOMPLETE) {
      return look < limits.head() ? incompleteHead() : refuseHead(HeadProblem.HEAD_TOO_LARGE);
    }
    if (length == RequestHead.REFUSED) {
      HeadProblem problem = loop.head.problem();
      return refuseHead(problem == null ? HeadProblem.FIELD_NAME : problem);
    }
    input.endHead(length);
    begin(loop.head);
    return true;
  }

  private boolean incompleteHead() {
    input.awaitRestOfHead(allocator());
    if (inputEnded) {
      close();
    }
    return false;
  }

  private boolean refuseHead(HeadProblem problem) {
    if (problem == HeadProblem.VERSION && maySpeakHttp2()) {
      if (input.length() < Http2Connection.PREFACE_LENGTH) {
        return incompleteHead();
      }
      handOver();
      return false;
    }
    ProxyFailure failure = ProxyFailure.of(problem);
    verb = loop.head.verb();
    refuse(failure, problem.text(), Accepts.page(loop.head));
    return false;
  }

  /** RFC 9113 §3.3: in cleartext, the first bytes say so; under TLS, ALPN has. */
  private boolean maySpeakHttp2() {
    ByteBuf in = input.bytes();
    return http2
        && !client.secure()
        && requests == 0
        && !input.behindEmptyLine()
        && in != null
        && Http2Connection.mayBePreface(in);
  }

  /** To HTTP/2, with what has come in. */
  private void handOver() {
    ChannelHandlerContext ctx = channelContext();
    ByteBuf early = input.take();
    ctx.pipeline().addAfter(ctx.name(), null, new Http2Connection(loop, settings, drain, client));
    if (early != null) {
      ctx.fireChannelRead(early);
    }
    ctx.pipeline().remove(this);
  }

  /** Answers to a request that never became an exchange. */
  private void refuse(ProxyFailure failure, @Nullable String detail, @Nullable Language page) {
    persistent = false;
    OwnAnswer answer = loop.forwarding.answerTo(failure, detail, page);
    exchange.refused(failure, answer, verb, input.bytes(), headStarted);
    answerItself(answer, new ExtraFields());
    flush();
  }

  private void begin(RequestHead head) {
    requests++;
    verb = head.verb();
    http10 = head.http10();
    persistent = head.persistent() && !drain.draining() && withinRequestLimit();
    answering = true;
    body.begin(head);
    bodyTime.begin(head.expectContinue() && head.hasBody());
    if (head.hasBody()) {
      reading = Reading.BODY;
      expectBody();
    } else {
      awaitAnswer();
    }
    exchange.begin(head, headStarted);
  }

  private boolean withinRequestLimit() {
    return limits.requestsPerConnection() == 0 || requests < limits.requestsPerConnection();
  }

  private void awaitAnswer() {
    reading = Reading.WAIT;
    if (isUnread()) {
      awaitUnread();
    } else {
      readDeadline.clear();
    }
  }

  /**
   * From now on it is the client that is waited for, if it does not wait for 100 (Continue) itself:
   * that is the origin's to say, which has a time of its own.
   */
  private void expectBody() {
    if (bodyTime.awaitsContinue()) {
      readDeadline.clear();
    } else {
      bodyTime.waitFrom(loop.ticker.nanos());
      readDeadline.set(bodyTime.due(body.length()));
    }
  }

  private boolean readBody() {
    ByteBuf in = input.bytes();
    if (in == null || !in.isReadable()) {
      return bodyIncomplete();
    }
    int length = body.advance(in);
    HeadProblem problem = body.problem();
    if (problem != null) {
      input.drop();
      badBody(ProxyFailure.of(problem));
      return false;
    }
    ByteBuf some = in;
    if (length == in.readableBytes()) {
      input.take();
    } else {
      some = in.readRetainedSlice(length);
    }
    passBody(body.filtered(some, allocator()), length);
    if (body.complete()) {
      bodyComplete();
    }
    return bodyGoesOn();
  }

  private boolean bodyGoesOn() {
    return reading != Reading.CLOSED && reading != Reading.LINGER;
  }

  private boolean bodyIncomplete() {
    input.drop();
    if (inputEnded) {
      // The rest of the body will never come, so the request is no request.
      exchange.clientGone();
      close();
    }
    return false;
  }

  private void passBody(ByteBuf bytes, int length) {
    if (!paused) {
      bodyTime.waitedUntil(loop.ticker.nanos());
      readDeadline.set(bodyTime.due(body.length()));
    }
    bodyTime.goesOn();
    if (tooLarge()) {
      bytes.release();
      badBody(ProxyFailure.BODY_TOO_LARGE);
    } else if (exchange.underWay()) {
      exchange.requestBody(bytes);
    } else {
      bytes.release();
      if (!body.drain(length)) {
        linger();
      }
    }
  }

  private boolean tooLarge() {
    long most = exchange.maxBody();
    return most > 0 && body.announced() > most && exchange.underWay();
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
    if (reading == Reading.BODY) {
      awaitAnswer();
      // An exchange that answers only now goes on to the next request by itself.
      boolean answered = !answering;
      exchange.requestEnds();
      if (answered) {
        next();
      }
    }
  }

  /**
   * The request is read, and its answer is written. The next one begins only when the client takes
   * what is written: one that sends and does not read must not have answers pile up here.
   */
  private void next() {
    if (!persistent) {
      lingerOrClose();
      return;
    }
    nextWaits = !writable();
    if (nextWaits) {
      return;
    }
    reading = Reading.HEAD;
    input.beginHead();
    resume();
    readDeadline.set(loop.ticker.nanos() + timeouts.keepAlive().toNanos());
    if (drain.draining() && input.bytes() == null) {
      close();
      return;
    }
    process();
  }

  private void readTooSlow() {
    if (isUnread()) {
      lookAfterClient();
      return;
    }
    switch (reading) {
      case HEAD -> {
        if (input.inHead()) {
          loop.head.scan(loop.headBytes, 0, input.copyHead(loop.headBytes));
          verb = loop.head.verb();
          refuse(ProxyFailure.REQUEST_TIMEOUT, null, null);
        } else {
          close();
        }
      }
      case BODY -> badBody(ProxyFailure.REQUEST_TIMEOUT);
      default -> close();
    }
    flush();
  }

  /** Nothing is read of the client, so that it can't be noticed that it has gone. */
  private boolean isUnread() {
    return paused || inputEnded && reading == Reading.WAIT;
  }

  private void lookAfterClient() {
    if (PeerReset.of(channelContext().channel())) {
      channelContext().close();
    } else if (sendAhead()) {
      look(SENT_NANOS);
    } else if (isTakenForGone()) {
      abort();
    } else {
      look(LOOK_NANOS);
    }
  }

  /**
   * Whoever has closed their output may be gone.
   *
   * @return whether something was sent
   */
  private boolean sendAhead() {
    if (!inputEnded || !exchange.underWay() || !writable()) {
      return false;
    }
    int next = SentAhead.NOTHING;
    if (!exchange.answerBegun()) {
      next = ahead.ofHead(loop.ticker.nanos());
    } else if (makesChunks || takesChunks() && exchange.betweenChunks()) {
      next = ahead.ofChunk();
    }
    if (next == SentAhead.NOTHING) {
      return false;
    }
    output().write(allocator().directBuffer(1).writeByte(next));
    flush();
    return true;
  }

  /** In mid-answer, of which all that has come is with the client. */
  private boolean isTakenForGone() {
    return reading == Reading.WAIT
        && inputEnded
        && exchange.answerBegun()
        && ahead.isSilent(loop.ticker.nanos())
        && output().unwritten() == 0;
  }

  private void awaitUnread() {
    ahead.begin(loop.ticker.nanos());
    look(SentAhead.FIRST_NANOS);
  }

  private void look(long inNanos) {
    readDeadline.set(loop.ticker.nanos() + inNanos);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      ahead.inputEnds(loop.ticker.nanos());
      switch (reading) {
        case TUNNEL -> exchange.clientOutputEnds();
        case LINGER -> close();
        case CLOSED -> {}
        // A client may close its output and wait for the answer (RFC 9112 §9.6).
        case WAIT -> awaitUnread();
        default -> process();
      }
    }
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      SslHandler tls = ctx.pipeline().get(SslHandler.class);
      if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
        handOver();
      }
    }
    if (event instanceof SslCloseCompletionEvent && output().ended()) {
      tlsEnds();
    }
    ctx.fireUserEventTriggered(event);
  }

  /** The client can't be sent any more. */
  private void tlsEnds() {
    if (reading == Reading.TUNNEL) {
      exchange.clientEnds();
    } else {
      channelContext().close();
    }
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
      input.drop();
      loop.deadlines.remove(readDeadline);
      output().gone();
      end.gone();
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
    output().writabilityChanged();
    exchange.clientWritabilityChanged();
    if (nextWaits && reading == Reading.WAIT && writable()) {
      next();
      flush();
    }
  }

  // ---- what goes out ----------------------------------------------------------------------------

  @Override
  public ClientFacts client() {
    return client;
  }

  @Override
  public void interim(ResponseHead head) {
    if (bodyTime.awaitsContinue() && head.status() == 100) {
      bodyTime.goesOn();
      if (!paused) {
        expectBody();
      }
    }
    write(loop.writer.interim(head, allocator()));
  }

  @Override
  public void answer(ResponseHead head, ExtraFields extra, ByteBuf received) {
    boolean chunked = head.body() == ResponseHead.Body.CHUNKED;
    ahead.beginBody();
    untilClose = head.body() == ResponseHead.Body.UNTIL_CLOSE || chunked && http10;
    makesChunks = head.body() == ResponseHead.Body.UNTIL_CLOSE && !http10;
    if (makesChunks) {
      untilClose = false;
    }
    persistent &= !untilClose && !drain.draining() && mayReadOn() && body.mayDrain();
    if (!makesChunks) {
      loop.writer.head(
          head, extra, received, persistence(), takesChunks(), false, allocator(), writing);
      return;
    }
    int headLength = head.end() - head.start();
    ByteBuf beginning =
        received.retainedSlice(
            received.readerIndex() + headLength, received.readableBytes() - headLength);
    received.writerIndex(received.readerIndex() + headLength);
    loop.writer.head(head, extra, received, persistence(), false, true, allocator(), writing);
    body(beginning);
  }

  /**
   * Whether another request may follow: not if the client has closed its output and all it sent is
   * read; nor if it got its answer in place of 100 (Continue), for then nobody can tell whether the
   * body or the next request is what it sends next (RFC 9110 §10.1.1).
   */
  private boolean mayReadOn() {
    boolean more = !inputEnded || input.isReadable();
    return more && !bodyTime.awaitsContinue();
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
    ahead.goesOn();
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
    ahead.goesOn();
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
    persistent &= !answer.endsConnection() && mayReadOn() && body.mayDrain();
    write(loop.writer.own(answer, extra, persistence(), verb != Verb.HEAD, allocator()));
    answering = false;
    if (reading == Reading.WAIT) {
      next();
    } else if (reading == Reading.BODY) {
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
    ByteBuf early = input.take();
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
    output().behindAll(output()::shutDown);
  }

  @Override
  public void cut() {
    if (!endsWithConnection()) {
      close();
    } else if (reading != Reading.CLOSED) {
      closed();
      end.cut(output());
    }
  }

  /**
   * Whether the end of the connection might be taken for a good end of the answer: it is the end of
   * a body without a length, and behind a zero between two chunks lenient clients see the last one.
   * Only a reset tells it from one.
   */
  private boolean endsWithConnection() {
    return answering && (untilClose || ahead.zero());
  }

  @Override
  public void flush() {
    output().flush();
  }

  private void write(ByteBuf bytes) {
    ahead.takeOff(bytes);
    output().write(bytes);
  }

  @Override
  public boolean writable() {
    return output().writable();
  }

  @Override
  public void pauseRequest() {
    pause();
  }

  @Override
  public void resumeRequest() {
    if (reading != Reading.CLOSED) {
      resume();
    }
    if (reading == Reading.BODY) {
      expectBody();
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      bodyTime.waitedUntil(loop.ticker.nanos());
      look(LOOK_NANOS);
      channelContext().channel().config().setAutoRead(false);
    }
  }

  private void resume() {
    if (paused) {
      paused = false;
      if (isUnread()) {
        awaitUnread();
      } else {
        readDeadline.clear();
      }
      channelContext().channel().config().setAutoRead(true);
    }
  }

  // ---- the end ----------------------------------------------------------------------------------

  @Override
  public void drainSoon() {
    channelContext().executor().execute(this::drain);
  }

  @Override
  public void abortSoon() {
    channelContext().executor().execute(this::abort);
  }

  private void abort() {
    if (endsWithConnection()) {
      output().reset();
    } else {
      channelContext().close();
    }
  }

  private void drain() {
    boolean idle = reading == Reading.HEAD && !input.inHead();
    boolean discarding = !answering && reading == Reading.BODY;
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

  private void linger() {
    input.drop();
    flush();
    if (output().halfCloses()) {
      reading = Reading.LINGER;
      readDeadline.clear();
      resume();
      end.linger(output());
    } else {
      close();
    }
  }

  /** Closes behind what has been written. */
  private void close() {
    if (reading != Reading.CLOSED) {
      closed();
      end.close(output());
    }
  }

  private void closed() {
    reading = Reading.CLOSED;
    input.drop();
    readDeadline.clear();
    resume();
  }

  private ByteBufAllocator allocator() {
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
