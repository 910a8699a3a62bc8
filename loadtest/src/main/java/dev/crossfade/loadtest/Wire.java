package dev.crossfade.loadtest;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection that sends what it is given, once. It never connects anew and never sends
 * again: where the answer does not come, that is the result. Used by one thread at a time.
 */
final class Wire implements AutoCloseable {

  /**
   * A whole answer.
   *
   * @param body a copy on the heap that needs no release
   * @param last whether the connection ends with it
   */
  record Answer(int status, HttpHeaders headers, ByteBuf body, boolean last) {}

  private static final int LARGEST_ANSWER = 16 << 20;

  private final Channel channel;
  private final Answers answers;

  private Wire(Channel channel, Answers answers) {
    this.channel = channel;
    this.answers = answers;
  }

  /**
   * Connects.
   *
   * @throws IOException if the connection is refused or does not come within the time
   */
  static Wire open(EventLoopGroup loops, InetSocketAddress address, Duration patience)
      throws IOException {
    Answers answers = new Answers();
    ChannelFuture connect =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) patience.toMillis())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    ch.pipeline()
                        .addLast(
                            new HttpClientCodec(),
                            new HttpObjectAggregator(LARGEST_ANSWER),
                            answers);
                  }
                })
            .connect(address)
            .awaitUninterruptibly();
    if (!connect.isSuccess()) {
      throw new IOException("no connection to " + address, connect.cause());
    }
    return new Wire(connect.channel(), answers);
  }

  boolean usable() {
    return channel.isActive();
  }

  /**
   * Sends one request and waits for its whole answer.
   *
   * @param request its head, contents and end; this releases them
   * @throws IOException if the answer does not come, not wholly or not in time; the connection is
   *     closed then
   */
  Answer exchange(List<? extends HttpObject> request, Duration patience)
      throws IOException, InterruptedException {
    return await(send(request), patience);
  }

  /**
   * Sends one request and does not wait, so that requests can be under way on several connections
   * at once; {@link #await} is next.
   *
   * @param request its head, contents and end; this releases them
   */
  CompletableFuture<Answer> send(List<? extends HttpObject> request) {
    CompletableFuture<Answer> answer = answers.expect();
    for (HttpObject part : request) {
      ChannelFuture unused = channel.write(part, channel.voidPromise());
    }
    channel.flush();
    if (!channel.isActive()) {
      answers.fail(new IOException("the connection was closed before the request"));
    }
    return answer;
  }

  /**
   * Waits for the whole answer to what was sent.
   *
   * @throws IOException as in {@link #exchange}
   */
  Answer await(CompletableFuture<Answer> answer, Duration patience)
      throws IOException, InterruptedException {
    try {
      Answer got = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (got.last()) {
        close();
      }
      return got;
    } catch (ExecutionException e) {
      close();
      throw new IOException(String.valueOf(e.getMessage()), e);
    } catch (TimeoutException e) {
      close();
      throw new IOException("no whole answer within " + patience.toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  /** Hands the next answer to the one who waits for it. */
  private static final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
    private volatile @Nullable CompletableFuture<Answer> expected;

    CompletableFuture<Answer> expect() {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      expected = answer;
      return answer;
    }

    void fail(Throwable cause) {
      CompletableFuture<Answer> waiting = expected;
      if (waiting != null) {
        waiting.completeExceptionally(cause);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
      CompletableFuture<Answer> waiting = expected;
      if (response.decoderResult().isFailure()) {
        fail(new IOException("not an HTTP answer", response.decoderResult().cause()));
      } else if (waiting == null || waiting.isDone()) {
        ChannelFuture unused = ctx.close();
      } else {
        waiting.complete(
            new Answer(
                response.status().code(),
                response.headers().copy(),
                Unpooled.copiedBuffer(response.content()),
                !HttpUtil.isKeepAlive(response)));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail(new IOException("the connection was closed before the whole answer had come"));
      ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(cause);
      ChannelFuture unused = ctx.close();
    }
  }
}
