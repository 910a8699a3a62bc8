package dev.crossfade.loadtest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * One application version as a simulation needs it: pages, of which the first begins a session; a
 * login, which changes the session's id; and assets, which know no session and may be stored by
 * anybody. Says with each answer which version it is.
 */
final class PageOrigin implements AutoCloseable {
  static final String PAGE = "/page";
  static final String ASSET = "/asset.css";
  static final String LOGIN = "/login";

  private static final byte[] BODY = "<p>page</p>".repeat(20).getBytes(StandardCharsets.US_ASCII);

  private final HttpListener listener;

  private PageOrigin(HttpListener listener) {
    this.listener = listener;
  }

  /** Listens on a free port of loopback. */
  static PageOrigin start(EventLoopGroup loops, Side side, Sessions sessions) throws IOException {
    return start(loops, side, sessions, () -> false);
  }

  /**
   * Listens on a free port of loopback.
   *
   * @param hangs whether a request that comes now is read and never answered
   */
  static PageOrigin start(EventLoopGroup loops, Side side, Sessions sessions, BooleanSupplier hangs)
      throws IOException {
    return new PageOrigin(
        HttpListener.start(
            loops, 0, pipeline -> pipeline.addLast(new Pages(side, sessions, hangs))));
  }

  int port() {
    return listener.port();
  }

  @Override
  public void close() {
    listener.close();
  }

  /** One connection. */
  private static final class Pages extends SimpleChannelInboundHandler<HttpObject> {
    private final Side side;
    private final Sessions sessions;
    private final BooleanSupplier hangs;

    Pages(Side side, Sessions sessions, BooleanSupplier hangs) {
      this.side = side;
      this.sessions = sessions;
      this.hangs = hangs;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      // Nobody sends a body, so the head is the whole request.
      if (part instanceof HttpRequest head && !hangs.getAsBoolean()) {
        ChannelFuture unused = ctx.writeAndFlush(answer(head), ctx.voidPromise());
      }
    }

    private DefaultFullHttpResponse answer(HttpRequest head) {
      ByteBuf body = Unpooled.wrappedBuffer(BODY);
      var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      boolean asset = head.uri().equals(ASSET);
      answer
          .headers()
          .set(HttpHeaderNames.CONTENT_LENGTH, BODY.length)
          .set(HttpHeaderNames.CONTENT_TYPE, asset ? "text/css" : "text/html")
          .set(HttpHeaderNames.CACHE_CONTROL, asset ? "public, max-age=3600" : "no-store")
          .set(Origin.SIDE, side.label());
      boolean hasSession =
          head.headers().get(HttpHeaderNames.COOKIE, "").contains(Origin.SESSION + "=");
      if (head.uri().equals(LOGIN) || !asset && !hasSession) {
        answer
            .headers()
            .set(
                HttpHeaderNames.SET_COOKIE,
                Origin.SESSION + "=" + sessions.newId() + "; path=/; HttpOnly");
      }
      return answer;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // A peer that went away; whoever lost an answer by it says so.
      ChannelFuture unused = ctx.close();
    }
  }
}
