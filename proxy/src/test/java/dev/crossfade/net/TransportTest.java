package dev.crossfade.net;

import static dev.crossfade.testing.RunningProxyFixture.endpoints;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.crossfade.split.Side;
import dev.crossfade.testing.PlainHttpClient;
import dev.crossfade.testing.RecordingOrigin;
import dev.crossfade.testing.RunningProxyFixture;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {
  @TempDir Path folder;

  private static Transport open(TransportKind kind) {
    try {
      return Transport.open(kind, 1);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("The transport " + kind.label() + " does not work here");
      return abort(e.toString());
    }
  }

  private static void close(Transport transport) {
    transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void autoTakesTheFirstThatWorks() {
    Transport chosen = Transport.open(TransportKind.AUTO, 1);
    close(chosen);
    assertThat(chosen.kind()).isNotEqualTo(TransportKind.AUTO);
    for (TransportKind better : TransportKind.values()) {
      if (better != TransportKind.AUTO && better.ordinal() < chosen.kind().ordinal()) {
        assertThatThrownBy(() -> Transport.open(better, 1))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(better.label());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyKindThatWorksHereServes(TransportKind kind) throws Exception {
    close(open(kind));
    try (RecordingOrigin origin = RecordingOrigin.start("old");
        RunningProxyFixture proxy =
            RunningProxyFixture.start(
                folder,
                "transport = " + kind.label(),
                "event-loops = 2",
                endpoints(Side.OLD, origin));
        PlainHttpClient client = proxy.client()) {
      assertThat(client.get("/").body()).isEqualTo("old");
      String large = "x".repeat(3_000_000);
      origin.answering(request -> RecordingOrigin.ok("", request.body()));
      assertThat(client.post("/", large).body()).isEqualTo(large);
    }
  }

  @Test
  void withEpollWhatIsWrittenWaitsForTheEndOfTheRound() throws Exception {
    Transport epoll = open(TransportKind.EPOLL);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel = connect(epoll, server.getLocalSocketAddress());
      long waiting =
          channel
              .eventLoop()
              .submit(
                  () -> {
                    channel.writeAndFlush(Unpooled.copiedBuffer("together", US_ASCII));
                    return channel.unsafe().outboundBuffer().totalPendingWriteBytes();
                  })
              .get();
      assertThat(waiting).isGreaterThanOrEqualTo("together".length());
      try (Socket peer = server.accept()) {
        assertThat(peer.getInputStream().readNBytes("together".length()))
            .asString(US_ASCII)
            .isEqualTo("together");
      }
    } finally {
      close(epoll);
    }
  }

  private static Channel connect(Transport transport, SocketAddress server) throws Exception {
    return new Bootstrap()
        .group(transport.group())
        .channel(transport.channel())
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel made) {
                transport.prepare(made.pipeline());
              }
            })
        .connect(server)
        .sync()
        .channel();
  }
}
