package dev.crossfade.upstream;

import dev.crossfade.plan.ProxyHeader;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol header in front of a connection to an upstream (haproxy.org,
 * proxy-protocol.txt, 2.1 and 2.2).
 */
final class ProxyHeaderOut {
  private ProxyHeaderOut() {}

  /**
   * Writes it before anything else, TLS included.
   *
   * @param version not OFF
   * @param client null where there is none: the proxy itself probes, or the client came by a unix
   *     socket
   */
  static void write(Channel channel, ProxyHeader version, @Nullable ProxiedClient client) {
    Object header = client == null ? nobody(version) : naming(version, client);
    ChannelPipeline pipeline = channel.pipeline();
    // Outwards from what was the first handler: through the encoder alone, and past TLS.
    ChannelHandlerContext first = pipeline.firstContext();
    pipeline.addFirst(HAProxyMessageEncoder.INSTANCE);
    first.writeAndFlush(header);
    pipeline.remove(HAProxyMessageEncoder.INSTANCE);
  }

  /** Of version 1, the encoder knows no such header. */
  private static Object nobody(ProxyHeader version) {
    return version == ProxyHeader.V1
        ? Unpooled.copiedBuffer("PROXY UNKNOWN\r\n", StandardCharsets.US_ASCII)
        : new HAProxyMessage(
            HAProxyProtocolVersion.V2,
            HAProxyCommand.LOCAL,
            HAProxyProxiedProtocol.UNKNOWN,
            null,
            null,
            0,
            0);
  }

  private static HAProxyMessage naming(ProxyHeader version, ProxiedClient client) {
    InetSocketAddress source = client.source();
    InetSocketAddress destination = client.destination();
    // Both ends are of one family; if one is of the newer, so is the other.
    boolean v4 =
        source.getAddress() instanceof Inet4Address
            && destination.getAddress() instanceof Inet4Address;
    return new HAProxyMessage(
        version == ProxyHeader.V1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2,
        HAProxyCommand.PROXY,
        v4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
        text(source.getAddress(), v4),
        text(destination.getAddress(), v4),
        source.getPort(),
        destination.getPort());
  }

  private static String text(InetAddress address, boolean v4) {
    String text = NetUtil.toAddressString(address);
    return v4 || !(address instanceof Inet4Address) ? text : "::ffff:" + text;
  }
}
