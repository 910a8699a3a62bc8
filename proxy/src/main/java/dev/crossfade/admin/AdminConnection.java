package dev.crossfade.admin;

import dev.crossfade.admin.Answer.Streaming;
import dev.crossfade.admin.Route.Lane;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: reads a request, has it answered, and only then reads the next, so that answers
 * come in order and a client that sends on without reading fills its own buffers, not ours.
 */
// The futures of closing and of last writes: there is nothing to do when they fail.
@SuppressWarnings("FutureReturnValueIgnored")
final class AdminConnection extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger log = LoggerFactory.getLogger(AdminConnection.class);

  private static final int LONGEST_BODY = 64 * 1024;

  /** How much of a body that is too long is read, so that the client comes to read the answer. */
  private static final int LONGEST_DISCARD = 16 * 1024 * 1024;

  private static final long LINGER_SECONDS = 1;
  private static final Map<String, String> ON_EVERY_ANSWER =
      Map.of(
          "Cache-Control", "no-store",
          "X-Content-Type-Options", "nosniff",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin");

  private final AdminApi api;
  private final AccessControl access;
  private final Map<Lane, ExecutorService> lanes;
  private final RequestDeadline deadline;

  private @Nullable HttpRequest head;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private long discarded;
  private boolean wanting;
  private boolean inputEnded;
  private boolean closing;
  private boolean streaming;

  AdminConnection(
      AdminApi api,
      AccessControl access,
      Map<Lane, ExecutorService> lanes,
      RequestDeadline deadline) {
    this.api = api;
    this.access = access;
    this.lanes = lanes;
    this.deadline = deadline;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    want(ctx);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    wanting = false;
    if (streaming) {
      ctx.close(); // nothing can be answered here any more
      return;
    }
    if (part.decoderResult().isFailure()) {
      refuseMalformed(ctx, part.decoderResult());
      return;
    }
    if (part instanceof HttpRequest request) {
      begin(ctx, request);
    }
    if (part instanceof HttpContent content) {
      collect(content.content());
    }
    HttpRequest request = head;
    if (request == null) {
      return; // refused, and closing
    }
    if (part instanceof LastHttpContent) {
      deadline.requestDone();
      answer(ctx, request);
    } else if (discarded > LONGEST_DISCARD) {
      ctx.close();
    } else {
      want(ctx);
    }
  }

  private void want(ChannelHandlerContext ctx) {
    wanting = true;
    ctx.read();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // A read that was asked for while another one went on counts as done with it.
    if (wanting) {
      ctx.read();
    }
    ctx.fireChannelReadComplete();
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    head = request;
    body.reset();
    discarded = 0;
    if (HttpUtil.is100ContinueExpected(request)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void collect(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (discarded > 0 || body.size() + length > LONGEST_BODY) {
      discarded += length;
      return;
    }
    byte[] copy = new byte[length];
    bytes.readBytes(copy);
    body.writeBytes(copy);
  }

  private void refuseMalformed(ChannelHandlerContext ctx, DecoderResult result) {
    head = null;
    Throwable cause = result.cause();
    Problem problem;
    if (cause instanceof TooLongHttpLineException) {
      problem = new Problem(414, "The request line is too long.");
    } else if (cause instanceof TooLongHttpHeaderException) {
      problem = new Problem(431, "The header fields are too long.");
    } else {
      problem = new Problem(400, "This is no well-formed HTTP/1.1 request.");
    }
    deadline.requestDone();
    write(ctx, HttpVersion.HTTP_1_1, problem.answer(), false);
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    AdminRequest whole =
        AdminRequest.of(
            request.method(),
            request.uri(),
            request.headers(),
            body.toByteArray(),
            discarded > 0,
            access.roleOf(request.headers()));
    try {
      refuseOddHead(request);
      Route route = api.route(whole, access);
      if (whole.bodyTooLarge()) {
        throw new Problem(413, "The body is longer than " + LONGEST_BODY + " bytes.");
      }
      ExecutorService lane = lanes.get(route.lane());
      if (lane == null) {
        send(ctx, request, answer(route, whole), keepAlive);
        return;
      }
      lane.execute(
          () -> {
            Answer answer = answer(route, whole);
            ctx.executor().execute(() -> send(ctx, request, answer, keepAlive));
          });
    } catch (Problem problem) {
      write(ctx, request.protocolVersion(), problem.answer(), keepAlive);
    } catch (RejectedExecutionException e) {
      Problem busy = new Problem(503, "Too many calls are waiting.").with("Retry-After", "1");
      write(ctx, request.protocolVersion(), busy.answer(), keepAlive);
    }
  }

  private static void refuseOddHead(HttpRequest request) throws Problem {
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1 || !version.protocolName().equals("HTTP")) {
      throw new Problem(505, "HTTP/1.1 is spoken here.");
    }
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1 || (hosts.isEmpty() && version.minorVersion() > 0)) {
      throw new Problem(400, "There must be exactly one Host.");
    }
    if (!request.uri().startsWith("/")) {
      throw new Problem(400, "The target must be a path.");
    }
  }

  private static Answer answer(Route route, AdminRequest request) {
    try {
      return route.handler().answer(request);
    } catch (Problem problem) {
      return problem.answer();
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.path(), e);
      return new Problem(500, "This failed within the proxy; see its log.").answer();
    }
  }

  private void send(
      ChannelHandlerContext ctx, HttpRequest request, Answer answer, boolean keepAlive) {
    Streaming stream = answer.stream();
    if (stream == null || request.method().equals(HttpMethod.HEAD)) {
      write(ctx, request.protocolVersion(), answer, keepAlive);
    } else {
      stream(ctx, request.protocolVersion(), answer, stream);
    }
  }

  /** The head of an answer that has no end of its own; nothing else follows on the connection. */
  private void stream(
      ChannelHandlerContext ctx, HttpVersion version, Answer answer, Streaming stream) {
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    addFields(response, answer);
    HttpUtil.setTransferEncodingChunked(response, version.equals(HttpVersion.HTTP_1_1));
    HttpUtil.setKeepAlive(response.headers(), version, false);
    head = null;
    streaming = true;
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    stream.begin(ctx.channel());
    // So that it is noticed when the client goes.
    want(ctx);
  }

  private static void addFields(HttpResponse response, Answer answer) {
    ON_EVERY_ANSWER.forEach(response.headers()::set);
    answer.headers().forEach(response.headers()::set);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
  }

  private void write(
      ChannelHandlerContext ctx, HttpVersion version, Answer answer, boolean keepAlive) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    addFields(response, answer);
    // Without a body there is none to tell the length of: 304, and HEAD of what has no end.
    if (answer.status() != HttpResponseStatus.NOT_MODIFIED.code() && answer.stream() == null) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    }
    HttpUtil.setKeepAlive(response.headers(), version, keepAlive);
    head = null;
    if (keepAlive) {
      ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      deadline.awaitRequest(inputEnded);
      want(ctx);
    } else {
      closing = true;
      ctx.writeAndFlush(response).addListener(sent -> linger(ctx));
    }
  }

  /**
   * Ends our side, and takes what the client still sends for a moment: to close with bytes unread
   * would reset the connection, and the client could lose the answer.
   */
  private static void linger(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return;
    }
    ((SocketChannel) ctx.channel()).shutdownOutput();
    ctx.channel().config().setAutoRead(true);
    ctx.executor().schedule(() -> ctx.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      // Requests that came whole are still answered; the rest of another will not come.
      // A stream has no end but its reader's.
      if (streaming || (!closing && !deadline.requestIsWhole())) {
        ctx.close();
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.debug("an admin connection failed", cause);
    }
    ctx.close();
  }
}
