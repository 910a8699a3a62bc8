package dev.crossfade.loadtest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One application version: a shop of three pages that enters every request in the ledger when its
 * head has come, before anything else. It never closes a connection unless it is asked to.
 *
 * <p>{@code /shop/ID} shows, {@code /cart/ID} adds to the cart, {@code /login/ID} changes the
 * session id; {@code ?bytes=N} is the size of the answer's body, which is {@link Payload#of} the
 * id, chunked where {@code &chunked} is said too.
 */
final class Origin implements AutoCloseable {
  static final String SESSION = "PHPSESSID";
  static final String ID = "X-Request-Id";
  static final String SIDE = "X-Side";
  static final String CART = "X-Cart";

  private final HttpListener listener;

  private Origin(HttpListener listener) {
    this.listener = listener;
  }

  /**
   * Listens on loopback.
   *
   * @param port 0 for a free one
   * @throws IOException if that port is taken
   */
  static Origin start(EventLoopGroup loops, int port, Side side, Ledger ledger, Sessions sessions)
      throws IOException {
    return new Origin(
        HttpListener.start(
            loops,
            port,
            pipeline ->
                pipeline.addLast(
                    new HttpServerExpectContinueHandler(), new Shop(side, ledger, sessions))));
  }

  int port() {
    return listener.port();
  }

  @Override
  public void close() {
    listener.close();
  }

  /** One connection. */
  private static final class Shop extends SimpleChannelInboundHandler<HttpObject> {
    private final Side side;
    private final Ledger ledger;
    private final Sessions sessions;
    private final CRC32C bodyHash = new CRC32C();
    private @Nullable HttpRequest request;
    private Ledger.@Nullable Arrival arrival;

    Shop(Side side, Ledger ledger, Sessions sessions) {
      this.side = side;
      this.ledger = ledger;
      this.sessions = sessions;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (part instanceof HttpRequest head) {
        request = head;
        arrival = ledger.arrived(idOf(head), side, System.nanoTime());
        bodyHash.reset();
      }
      if (part instanceof HttpContent content) {
        hash(content.content());
      }
      if (part instanceof LastHttpContent) {
        Objects.requireNonNull(arrival).bodyEnded(bodyHash.getValue());
        answer(ctx, Objects.requireNonNull(request));
      }
    }

    private void hash(ByteBuf content) {
      if (content.isReadable()) {
        bodyHash.update(content.nioBuffer());
      }
    }

    /** The id where path and field agree; what they say where they don't, which nobody sent. */
    private static String idOf(HttpRequest head) {
      String path = new QueryStringDecoder(head.uri()).path();
      String fromPath = path.substring(path.lastIndexOf('/') + 1);
      String fromField = head.headers().get(ID, "");
      return fromPath.equals(fromField) ? fromPath : fromPath + " and " + fromField;
    }

    private void answer(ChannelHandlerContext ctx, HttpRequest head) {
      QueryStringDecoder uri = new QueryStringDecoder(head.uri());
      String had = session(head);
      String session = had == null ? sessions.newId() : had;
      int cart;
      if (uri.path().startsWith("/login/")) {
        session = sessions.renew(had);
        cart = sessions.cart(session);
      } else if (uri.path().startsWith("/cart/")) {
        cart = sessions.addToCart(session);
      } else {
        cart = sessions.cart(session);
      }
      int size = Integer.parseInt(uri.parameters().getOrDefault("bytes", List.of("0")).get(0));
      byte[] body = Payload.of(idOf(head), size);
      HttpResponse response = head(uri.parameters(), body);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
      response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
      response.headers().set(ID, idOf(head)).set(SIDE, side.label()).set(CART, cart);
      if (!session.equals(had)) {
        response
            .headers()
            .set(HttpHeaderNames.SET_COOKIE, SESSION + "=" + session + "; Path=/; HttpOnly");
      }
      HttpUtil.setKeepAlive(response, HttpUtil.isKeepAlive(head));
      write(ctx, response, body);
    }

    private static HttpResponse head(Map<String, List<String>> asked, byte[] body) {
      if (asked.containsKey("chunked")) {
        HttpResponse response =
            new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpUtil.setTransferEncodingChunked(response, true);
        return response;
      }
      HttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      HttpUtil.setContentLength(response, body.length);
      return response;
    }

    private static void write(ChannelHandlerContext ctx, HttpResponse response, byte[] body) {
      List<HttpObject> parts =
          HttpUtil.isTransferEncodingChunked(response)
              ? List.of(
                  response,
                  new DefaultHttpContent(half(body, 0)),
                  new DefaultLastHttpContent(half(body, 1)))
              : List.of(response);
      for (HttpObject part : parts) {
        ChannelFuture unused = ctx.write(part, ctx.voidPromise());
      }
      ctx.flush();
      if (!HttpUtil.isKeepAlive(response)) {
        ChannelFuture unused =
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }

    private static ByteBuf half(byte[] body, int which) {
      int middle = body.length / 2;
      return which == 0
          ? Unpooled.wrappedBuffer(body, 0, middle)
          : Unpooled.wrappedBuffer(body, middle, body.length - middle);
    }

    private static @Nullable String session(HttpRequest head) {
      for (String field : head.headers().getAll(HttpHeaderNames.COOKIE)) {
        for (Cookie cookie : ServerCookieDecoder.LAX.decode(field)) {
          if (cookie.name().equals(SESSION)) {
            return cookie.value();
          }
        }
      }
      return null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // A peer that went away; the visitor's diary says what it lost by it.
      ChannelFuture unused = ctx.close();
    }
  }
}
