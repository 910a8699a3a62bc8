package dev.crossfade.loadtest.scrapes;

import dev.crossfade.loadtest.HttpListener;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Applications on many ports of loopback that all answer the same page. */
final class ManyEndpoints implements AutoCloseable {
  private static final byte[] PAGE = "<p>page</p>".repeat(90).getBytes(StandardCharsets.US_ASCII);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<HttpListener> listeners = new ArrayList<>();

  ManyEndpoints(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      listeners.add(HttpListener.start(loops, 0, pipeline -> pipeline.addLast(new Page())));
    }
  }

  List<Integer> ports() {
    return listeners.stream().map(HttpListener::port).toList();
  }

  @Override
  public void close() {
    loops.shutdownGracefully();
  }

  /** One connection; nobody sends a body. */
  private static final class Page extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (part instanceof HttpRequest) {
        var answer =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(PAGE));
        answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, PAGE.length);
        ChannelFuture unused = ctx.writeAndFlush(answer, ctx.voidPromise());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ChannelFuture unused = ctx.close();
    }
  }
}
