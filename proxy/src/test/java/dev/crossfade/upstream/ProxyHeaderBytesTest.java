package dev.crossfade.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crossfade.plan.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written, as Netty's decoder reads it. */
class ProxyHeaderBytesTest {
  private static HAProxyMessage written(ProxyHeader version, @Nullable ProxiedClient client) {
    EmbeddedChannel out = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    ProxyHeaderOut.write(out, version, client);
    EmbeddedChannel in = new EmbeddedChannel(new HAProxyMessageDecoder());
    in.writeInbound((ByteBuf) out.readOutbound());
    return in.readInbound();
  }

  @ParameterizedTest
  @CsvSource({
    "V1, 192.0.2.1, 198.51.100.2, TCP4, 192.0.2.1, 198.51.100.2",
    "V2, 192.0.2.1, 198.51.100.2, TCP4, 192.0.2.1, 198.51.100.2",
    "V1, 2001:db8::1, 2001:db8::2, TCP6, 2001:db8::1, 2001:db8::2",
    "V2, 2001:db8::1, 2001:db8::2, TCP6, 2001:db8:0:0:0:0:0:1, 2001:db8:0:0:0:0:0:2",
    "V1, 2001:db8::1, 192.0.2.1, TCP6, 2001:db8::1, ::ffff:192.0.2.1"
  })
  void bothEndsAreNamed(
      ProxyHeader version,
      String source,
      String destination,
      HAProxyProxiedProtocol protocol,
      String readSource,
      String readDestination) {
    HAProxyMessage message =
        written(
            version,
            new ProxiedClient(
                new InetSocketAddress(source, 4711), new InetSocketAddress(destination, 443)));
    assertThat(message.command()).isEqualTo(HAProxyCommand.PROXY);
    assertThat(message.proxiedProtocol()).isEqualTo(protocol);
    assertThat(message.sourceAddress()).isEqualTo(readSource);
    assertThat(message.destinationAddress()).isEqualTo(readDestination);
    assertThat(message.sourcePort()).isEqualTo(4711);
    assertThat(message.destinationPort()).isEqualTo(443);
    message.release();
  }

  @ParameterizedTest
  @EnumSource(names = {"V1", "V2"})
  void whoIsNobodyIsNotNamed(ProxyHeader version) {
    HAProxyMessage message = written(version, null);
    assertThat(message.sourceAddress()).isNull();
    assertThat(message.proxiedProtocol()).isEqualTo(HAProxyProxiedProtocol.UNKNOWN);
    message.release();
  }
}
