package dev.crossfade.server;

import dev.crossfade.forward.Accepts;
import dev.crossfade.forward.ClientEnd;
import dev.crossfade.forward.ClientFacts;
import dev.crossfade.forward.Exchange;
import dev.crossfade.forward.ExtraFields;
import dev.crossfade.forward.Language;
import dev.crossfade.forward.OwnAnswer;
import dev.crossfade.forward.ProxyFailure;
import dev.crossfade.http.FieldsToHead;
import dev.crossfade.http.HeadProblem;
import dev.crossfade.http.RequestHead;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.TrailerSection;
import dev.crossfade.http.Verb;
import dev.crossfade.net.HeldBytes;
import dev.crossfade.time.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request of an HTTP/2 connection and its answer (RFC 9113 §8.1): from fields and DATA to a
 * request in HTTP/1.1, and from an origin's answer back. Used again for the connection's next
 * request; confined to its event loop.
 *
 * <p>Back-pressure is per stream. What the origin does not take yet is not acknowledged to the
 * client (§5.2), so that its window for this stream closes; what the client does not take yet waits
 * here, and beyond a mark the origin is not read.
 */
final class Http2ClientStream implements ClientEnd {
  /** How much of a request's body is read on after its answer, rather than reset the stream. */
  private static final long MAX_DRAINED = 1024 * 1024;

  /** Above this much that the client's window has no room for, the origin is not read. */
  private static final long MOST_PENDING = 64 * 1024;

  /** Data up to this size is copied behind its chunk's size: cheaper than a second buffer. */
  private static final int COPIED_DATA = 4 * 1024;

  /** Of a chunk's size with the line ends around it. */
  private static final int CHUNK_LINE = 16;

  private static final byte[] PROTOCOL = "HTTP/2.0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

  private final Http2Connection connection;
  private final LoopServing loop;
  private final ServerSettings.Timeouts timeouts;
  private final BodyTime bodyTime;
  private final Exchange exchange;

  final Deadline readDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          readTooSlow();
        }
      };
  final Deadline writeDeadline =
      new Deadline() {
        @Override
        protected void passed(long now) {
          // The window of a stream that nobody waits for any more stays closed.
          reset(Http2Error.CANCEL);
        }
      };

  private int id;
  private boolean closed;
  private boolean busy;

  // The request.
  private Verb verb = Verb.OTHER;
  private boolean requestOpen;
  private boolean chunked;
  private boolean chunkBegun;
  private long announced;
  private long bodyRead;
  private long drained;
  private boolean paused;
  private int unconsumed;

  // The answer.
  private boolean answerSent;
  private boolean reusable;
  private @Nullable ByteBuf held;
  private @Nullable Http2Headers trailers;
  private long pending;
  private boolean toldWritable;
  private Http2Error cutBy = Http2Error.INTERNAL_ERROR;
  private @Nullable Http2Error resetBehindAnswer;

  Http2ClientStream(Http2Connection connection, LoopServing loop, ServerSettings settings) {
    this.connection = connection;
    this.loop = loop;
    this.timeouts = settings.timeouts();
    this.bodyTime = new BodyTime(timeouts);
    this.exchange = new Exchange(loop.forwarding, this);
  }

  // ---- what comes in ----------------------------------------------------------------------------

  /**
   * Begins with the fields that the loop's {@link FieldsToHead} has just taken.
   *
   * @param ends whether the request has no body
   */
  void begin(int streamId, boolean ends) {
    id = streamId;
    closed = false;
    busy = true;
    requestOpen = !ends;
    chunkBegun = false;
    bodyRead = 0;
    drained = 0;
    paused = false;
    unconsumed = 0;
    answerSent = false;
    reusable = false;
    trailers = null;
    pending = 0;
    toldWritable = true;
    cutBy = Http2Error.INTERNAL_ERROR;
    resetBehindAnswer = null;
    bodyTime.begin(false);
    loop.deadlines.add(readDeadline);
    loop.deadlines.add(writeDeadline);
    long started = loop.ticker.nanos();
    RequestHead head = loop.head;
    HeadProblem problem = loop.fields.end(ends);
    verb = loop.fields.verb();
    if (problem != null) {
      refuse(problem, null, started);
      return;
    }
    problem = scan(head, loop.fields.length(), ends);
    if (problem != null) {
      refuse(problem, Accepts.page(head), started);
      return;
    }
    verb = head.verb();
    chunked = head.chunked();
    announced = chunked ? RequestHead.NO_LENGTH : Math.max(0, head.contentLength());
    bodyTime.begin(requestOpen && head.expectContinue());
    if (requestOpen) {
      expectBody();
    }
    exchange.begin(head, started);
  }

  private @Nullable HeadProblem scan(RequestHead head, int length, boolean ends) {
    if (head.scan(loop.headBytes, 0, length) != length) {
      HeadProblem problem = head.problem();
      return problem == null ? HeadProblem.LINE_END : problem;
    }
    return ends && head.contentLength() > 0 ? HeadProblem.BODY_LENGTH : null;
  }

  /** Answers to a request that never became an exchange. */
  private void refuse(HeadProblem problem, @Nullable Language page, long started) {
    chunked = false;
    announced = RequestHead.NO_LENGTH;
    ProxyFailure failure = ProxyFailure.of(problem);
    if (failure == ProxyFailure.MALFORMED) {
      resetBehindAnswer = Http2Error.PROTOCOL_ERROR;
    }
    OwnAnswer answer = loop.forwarding.answerTo(failure, problem.text(), page);
    ByteBuf head = Unpooled.wrappedBuffer(loop.headBytes, 0, loop.fields.length());
    exchange.refused(failure, answer, verb, head, started);
    answerItself(answer, new ExtraFields());
  }

  private void expectBody() {
    if (bodyTime.awaitsContinue()) {
      readDeadline.clear();
    } else {
      bodyTime.waitFrom(loop.ticker.nanos());
      readDeadline.set(bodyTime.due(bodyRead));
    }
  }

  /**
   * More of the body.
   *
   * @param data borrowed
   * @param padding that counts for flow control
   * @return how many bytes of the window are given back already
   * @throws Http2Exception if the connection has brought too much that is malformed
   */
  int data(ByteBuf data, int padding, boolean ends) throws Http2Exception {
    int length = data.readableBytes();
    bodyRead += length;
    if (!paused) {
      bodyTime.waitedUntil(loop.ticker.nanos());
      readDeadline.set(bodyTime.due(bodyRead));
    }
    bodyTime.goesOn();
    if (differs(ends)) {
      malformed();
    } else if (!exchange.underWay()) {
      drain(length);
    } else if (tooLarge()) {
      exchange.requestFails(ProxyFailure.BODY_TOO_LARGE);
    } else if (length > 0) {
      pass(data.retainedSlice(), length);
    }
    if (ends && !closed) {
      requestEnds(null, 0);
    }
    int window = length + padding;
    if (paused && !closed) {
      unconsumed += window;
      return 0;
    }
    return window;
  }

  private boolean differs(boolean ends) {
    return announced != RequestHead.NO_LENGTH
        && (bodyRead > announced || ends && bodyRead < announced);
  }

  private boolean tooLarge() {
    long most = exchange.maxBody();
    return most > 0 && bodyRead > most;
  }

  /** RFC 9113 §8.1.1: the body is not what was announced, or its trailers are no trailers. */
  private void malformed() throws Http2Exception {
    cutBy = Http2Error.PROTOCOL_ERROR;
    resetBehindAnswer = Http2Error.PROTOCOL_ERROR;
    // What it says of its length does not matter any more.
    announced = RequestHead.NO_LENGTH;
    if (exchange.underWay()) {
      exchange.requestFails(ProxyFailure.MALFORMED);
    } else {
      reset(Http2Error.PROTOCOL_ERROR);
    }
    connection.countReset();
  }

  private void drain(int length) {
    drained += length;
    if (drained > MAX_DRAINED) {
      resetBehindAnswer(Http2Error.NO_ERROR);
    }
  }

  private void pass(ByteBuf data, int length) {
    if (!chunked) {
      exchange.requestBody(data);
      return;
    }
    boolean together = length <= COPIED_DATA;
    ByteBuf line = allocator().directBuffer(CHUNK_LINE + (together ? length : 0));
    if (chunkBegun) {
      line.writeBytes(CRLF);
    }
    chunkBegun = true;
    size(line, length);
    line.writeBytes(CRLF);
    if (together) {
      line.writeBytes(data);
      data.release();
      exchange.requestBody(line);
    } else {
      exchange.requestBody(line);
      exchange.requestBody(data);
    }
  }

  private static void size(ByteBuf line, int length) {
    for (int shift = 28 - Integer.numberOfLeadingZeros(length) / 4 * 4; shift >= 0; shift -= 4) {
      line.writeByte("0123456789abcdef".charAt(length >>> shift & 0xf));
    }
  }

  /** The trailer section that the loop's {@link FieldsToHead} has just taken; it ends the body. */
  void requestTrailers() throws Http2Exception {
    HeadProblem problem = loop.fields.end(true);
    if (problem != null || differs(true)) {
      malformed();
    }
    if (!closed) {
      // Behind a body of known length HTTP/1.1 has no place for them (RFC 9110 §6.5.1).
      requestEnds(loop.headBytes, loop.fields.length());
    }
  }

  /**
   * @param section the trailer section with its empty line; null for none
   */
  private void requestEnds(byte @Nullable [] section, int length) {
    requestOpen = false;
    readDeadline.clear();
    if (exchange.underWay() && chunked) {
      ByteBuf last = allocator().directBuffer(CHUNK_LINE + length);
      if (chunkBegun) {
        last.writeBytes(CRLF);
      }
      last.writeBytes(LAST_CHUNK);
      if (section == null) {
        last.writeBytes(CRLF);
      } else {
        last.writeBytes(section, 0, length);
      }
      exchange.requestBody(last);
    }
    if (exchange.underWay()) {
      exchange.requestEnds();
    }
    checkDone();
  }

  private void readTooSlow() {
    if (exchange.underWay()) {
      exchange.requestFails(ProxyFailure.REQUEST_TIMEOUT);
    } else {
      resetBehindAnswer(Http2Error.NO_ERROR);
    }
    connection.flushSoon();
  }

  /** Flushes what went to the origin. */
  void flushRequest() {
    exchange.flushRequest();
  }

  /** Whether more of the request is still to come. */
  boolean requestOpen() {
    return requestOpen;
  }

  // ---- what goes out ----------------------------------------------------------------------------

  @Override
  public ClientFacts client() {
    return connection.client();
  }

  @Override
  public byte[] protocol() {
    return PROTOCOL;
  }

  @Override
  public void interim(ResponseHead head) {
    if (bodyTime.awaitsContinue() && head.status() == 100) {
      bodyTime.goesOn();
      if (requestOpen && !paused) {
        expectBody();
      }
    }
    connection.writeHeaders(id, loop.http2Writer.interim(head), false);
  }

  @Override
  public void answer(ResponseHead head, ExtraFields extra, ByteBuf received) {
    boolean ends = head.body() == ResponseHead.Body.NONE;
    received.skipBytes(head.end() - head.start());
    connection.writeHeaders(id, loop.http2Writer.answer(head, extra), ends);
    if (ends) {
      answerSent = true;
      received.release();
    } else {
      body(received);
    }
    noteWritability();
  }

  @Override
  public boolean takesChunks() {
    return false;
  }

  /** The newest is held until more comes, so that the last one can say that it is the last. */
  @Override
  public void body(ByteBuf bytes) {
    if (!bytes.isReadable() || closed) {
      bytes.release();
      return;
    }
    writeHeld();
    held = bytes;
  }

  private void writeHeld() {
    ByteBuf bytes = held;
    if (bytes != null) {
      held = null;
      connection.writeData(id, toWait(bytes), false);
    }
  }

  /** What the client's window has no room for must not hold more memory than its length. */
  private ByteBuf toWait(ByteBuf bytes) {
    boolean waits = pending > 0 || connection.room(id) < bytes.readableBytes();
    return waits ? HeldBytes.of(bytes, allocator()) : bytes;
  }

  @Override
  public void trailers(TrailerSection section) {
    trailers = Http2AnswerWriter.trailers(section);
  }

  @Override
  public void answerEnds() {
    reusable = true;
    Http2Headers behind = trailers;
    if (!answerSent && behind != null) {
      writeHeld();
      trailers = null;
      connection.writeHeaders(id, behind, true);
    } else if (!answerSent) {
      ByteBuf last = held;
      held = null;
      connection.writeData(id, last == null ? Unpooled.EMPTY_BUFFER : toWait(last), true);
    }
    answerSent();
  }

  @Override
  public void answerItself(OwnAnswer answer, ExtraFields extra) {
    boolean content = verb != Verb.HEAD && answer.content().length > 0;
    connection.writeHeaders(id, loop.http2Writer.own(answer, extra), !content);
    if (content) {
      ByteBuf bytes = allocator().directBuffer(answer.content().length);
      connection.writeData(id, bytes.writeBytes(answer.content()), true);
    }
    answerSent();
    if (answer.endsConnection() && resetBehindAnswer == null) {
      resetBehindAnswer(Http2Error.NO_ERROR);
    }
    connection.flushSoon();
  }

  private void answerSent() {
    answerSent = true;
    if (requestOpen && resetBehindAnswer == null) {
      // The rest of the body is read and discarded.
      if (announced != RequestHead.NO_LENGTH && announced - bodyRead > MAX_DRAINED) {
        resetBehindAnswer(Http2Error.NO_ERROR);
      } else {
        expectBody();
      }
    }
    checkDone();
  }

  /** RFC 9113 §8.1: no more of the request is wanted, but its answer is to be read. */
  private void resetBehindAnswer(Http2Error error) {
    if (requestOpen && !closed) {
      resetBehindAnswer = error;
      if (connection.hasSentEnd(id)) {
        answerIsOut();
      }
    }
  }

  /** The frame that ends the answer is written, so that a reset behind it takes nothing away. */
  void answerIsOut() {
    Http2Error error = resetBehindAnswer;
    if (error != null) {
      resetBehindAnswer = null;
      reset(error);
    }
  }

  /** Never asked for: HTTP/2 has no Upgrade (RFC 9113 §8.6). */
  @Override
  public void switchProtocols(ResponseHead head, ExtraFields extra) {
    cut();
  }

  @Override
  public void outputEnds() {
    cut();
  }

  @Override
  public void cut() {
    reset(cutBy);
  }

  private void reset(Http2Error error) {
    if (!closed) {
      dropHeld();
      requestOpen = false;
      connection.reset(id, error);
      connection.flushSoon();
      checkDone();
    }
  }

  @Override
  public void flush() {
    writeHeld();
    connection.flushSoon();
  }

  @Override
  public boolean writable() {
    return pending <= connection.mostPending(MOST_PENDING) && connection.writable();
  }

  /** How much waits for the client's windows has changed. */
  void pending(long bytes) {
    if (bytes == 0) {
      writeDeadline.clear();
    } else if (pending == 0 || bytes < pending) {
      writeDeadline.set(loop.ticker.nanos() + timeouts.write().toNanos());
    }
    long before = pending;
    pending = bytes;
    connection.pendingChanged(bytes - before);
    noteWritability();
  }

  /** Tells the exchange if that has changed. */
  void noteWritability() {
    boolean writable = writable();
    if (writable != toldWritable) {
      toldWritable = writable;
      exchange.clientWritabilityChanged();
    }
  }

  @Override
  public void pauseRequest() {
    paused = true;
    bodyTime.waitedUntil(loop.ticker.nanos());
    readDeadline.clear();
  }

  @Override
  public void resumeRequest() {
    paused = false;
    if (requestOpen) {
      expectBody();
    }
    int bytes = unconsumed;
    unconsumed = 0;
    if (bytes > 0 && !closed) {
      connection.consume(id, bytes);
      connection.flushSoon();
    }
  }

  // ---- the end ----------------------------------------------------------------------------------

  /** Tells the connection, once, when neither request nor answer is under way. */
  private void checkDone() {
    if (busy && !requestOpen && !exchange.underWay()) {
      busy = false;
      connection.streamDone();
    }
  }

  /**
   * The stream is closed, by whomever.
   *
   * @param inOrder whether both sides had ended it
   * @return whether this object can serve another request
   */
  boolean closed(boolean inOrder) {
    closed = true;
    requestOpen = false;
    Http2Error error = resetBehindAnswer;
    if (inOrder && error == Http2Error.PROTOCOL_ERROR) {
      connection.reset(id, error);
      connection.flushSoon();
    }
    dropHeld();
    exchange.clientGone();
    checkDone();
    connection.pendingChanged(-pending);
    pending = 0;
    loop.deadlines.remove(readDeadline);
    loop.deadlines.remove(writeDeadline);
    readDeadline.clear();
    writeDeadline.clear();
    // An exchange that ended otherwise may still be told of a connection it has asked for.
    return reusable;
  }

  private void dropHeld() {
    ByteBuf dropped = held;
    held = null;
    if (dropped != null) {
      dropped.release();
    }
  }

  private ByteBufAllocator allocator() {
    return connection.allocator();
  }
}
