package dev.crossfade.upstream;

import dev.crossfade.plan.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol header in front of a connection to an upstream (haproxy.org,
 * proxy-protocol.txt, 2.1 and 2.2). Netty's encoder makes an object of it that a handler turns into
 * bytes, and would have to stay out of the way of all else; the bytes are quicker said.
 */
final class ProxyHeaderOut {
  private static final byte[] V2_SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int TCP4 = 0x11;
  private static final int TCP6 = 0x21;

  private ProxyHeaderOut() {}

  /**
   * Writes it before anything else, TLS included.
   *
   * @param client null where there is none: the proxy itself probes, or the client came by a unix
   *     socket
   */
  static void write(Channel channel, ProxyHeader version, @Nullable ProxiedClient client) {
    ByteBuf header = channel.alloc().directBuffer(128);
    if (version == ProxyHeader.V1) {
      header.writeCharSequence(v1(client), StandardCharsets.US_ASCII);
    } else {
      v2(header, client);
    }
    // From the first handler on outwards: past TLS.
    channel.pipeline().firstContext().writeAndFlush(header);
  }

  private static String v1(@Nullable ProxiedClient client) {
    if (client == null) {
      return "PROXY UNKNOWN\r\n";
    }
    boolean v4 = isV4(client);
    return "PROXY "
        + (v4 ? "TCP4 " : "TCP6 ")
        + text(client.source(), v4)
        + ' '
        + text(client.destination(), v4)
        + ' '
        + client.source().getPort()
        + ' '
        + client.destination().getPort()
        + "\r\n";
  }

  private static void v2(ByteBuf header, @Nullable ProxiedClient client) {
    header.writeBytes(V2_SIGNATURE);
    if (client == null) {
      header.writeByte(LOCAL).writeByte(0).writeShort(0);
      return;
    }
    boolean v4 = isV4(client);
    header.writeByte(PROXY).writeByte(v4 ? TCP4 : TCP6).writeShort(v4 ? 12 : 36);
    header.writeBytes(bytes(client.source(), v4)).writeBytes(bytes(client.destination(), v4));
    header.writeShort(client.source().getPort()).writeShort(client.destination().getPort());
  }

  /** Both ends are of one family; if one is of the newer, so is the other. */
  private static boolean isV4(ProxiedClient client) {
    return client.source().getAddress() instanceof Inet4Address
        && client.destination().getAddress() instanceof Inet4Address;
  }

  private static String text(InetSocketAddress end, boolean v4) {
    InetAddress address = end.getAddress();
    return v4 || !(address instanceof Inet4Address)
        ? NetUtil.toAddressString(address)
        : "::ffff:" + NetUtil.toAddressString(address);
  }

  private static byte[] bytes(InetSocketAddress end, boolean v4) {
    byte[] address = end.getAddress().getAddress();
    if (v4 || address.length == 16) {
      return address;
    }
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    System.arraycopy(address, 0, mapped, 12, 4);
    return mapped;
  }
}
