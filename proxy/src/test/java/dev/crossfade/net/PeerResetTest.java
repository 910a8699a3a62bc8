package dev.crossfade.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What is taken for a reset by one who does not read, and what is not. */
class PeerResetTest {
  private Transport transport;
  private Channel channel;
  private Socket peer;

  private void connect(TransportKind kind) throws Exception {
    try {
      transport = Transport.open(kind, 1);
    } catch (IllegalStateException e) {
      abort(e.toString());
    }
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      channel =
          new Bootstrap()
              .group(transport.group())
              .channel(transport.channel())
              .option(ChannelOption.AUTO_READ, false)
              .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
              .handler(new ClosedByErrors())
              .connect(listener.getLocalSocketAddress())
              .sync()
              .channel();
      peer = listener.accept();
    }
  }

  private static final class ClosedByErrors extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  @AfterEach
  void close() throws Exception {
    if (channel != null) {
      channel.close().sync();
      peer.close();
      transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private boolean isReset() throws Exception {
    return channel.eventLoop().submit(() -> PeerReset.of(channel)).get();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
  void aResetBehindUnreadBytesIsNoticed(TransportKind kind) throws Exception {
    connect(kind);
    peer.getOutputStream().write('x');
    assertThat(isReset()).isFalse();
    peer.setSoLinger(true, 0);
    peer.close();
    // With epoll, Netty itself may have noticed.
    await().until(() -> !channel.isOpen() || isReset());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
  void aCloseInGoodOrderIsNoReset(TransportKind kind) throws Exception {
    connect(kind);
    peer.getOutputStream().write('x');
    peer.close();
    assertThat(isReset()).isFalse();
  }

  /** What it has sent is still to be read. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
  void aCloseInGoodOrderBehindTheEndOfOurOutputIsNoReset(TransportKind kind) throws Exception {
    connect(kind);
    ((DuplexChannel) channel).shutdownOutput().sync();
    assertThat(peer.getInputStream().read()).isEqualTo(-1);
    peer.getOutputStream().write('x');
    peer.close();
    assertThat(isReset()).isFalse();
  }

  @Test
  void aQuestionThatCanNotBeAskedIsNoReset() throws Exception {
    connect(TransportKind.NIO);
    boolean answer =
        channel.eventLoop().submit(() -> PeerReset.of(channel, new NoDescriptors())).get();
    assertThat(answer).isFalse();
  }

  /** A process that has opened as much as it may. */
  private static final class NoDescriptors extends SelectorProvider {
    private static IOException none() {
      return new IOException("Too many open files");
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
      throw none();
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
      throw none();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
      throw none();
    }

    @Override
    public Pipe openPipe() throws IOException {
      throw none();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
      throw none();
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
      throw none();
    }
  }
}
