package dev.crossfade.forward;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.route.Cidr;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The proxies in front of this one whose forwarded fields are believed. Immutable, safe from any
 * thread.
 */
public final class TrustedProxies {
  private final List<Cidr> networks;

  /** Trusts these networks, in CIDR notation. */
  public TrustedProxies(List<String> cidrs) {
    networks = cidrs.stream().map(Cidr::parse).toList();
  }

  /** Whether what comes from the address is believed. */
  public boolean trusts(byte[] address) {
    for (Cidr network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The client's own address: from the right, the first in X-Forwarded-For that is not a trusted
   * proxy's; the peer's where there is none or it can't be read.
   */
  byte[] clientAddress(RequestHead head, ClientFacts peer) {
    byte[] found = peer.address();
    if (!peer.trusted()) {
      return found;
    }
    FieldTable fields = head.fields();
    StringBuilder all = new StringBuilder();
    for (int i = fields.find(FieldName.X_FORWARDED_FOR, 0);
        i >= 0;
        i = fields.find(FieldName.X_FORWARDED_FOR, i + 1)) {
      all.append(
              new String(
                  head.bytes(),
                  fields.valueStart(i),
                  fields.valueEnd(i) - fields.valueStart(i),
                  StandardCharsets.ISO_8859_1))
          .append(',');
    }
    String[] hops = all.toString().split(",", -1);
    for (int i = hops.length - 1; i >= 0; i--) {
      String hop = hops[i].strip();
      if (!hop.isEmpty()) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(withoutPort(hop));
        if (address == null) {
          return found;
        }
        found = address;
        if (!trusts(address)) {
          return found;
        }
      }
    }
    return found;
  }

  /** Some proxies name the port too. */
  private static String withoutPort(String hop) {
    int bracket = hop.indexOf(']');
    if (hop.startsWith("[") && bracket > 0) {
      return hop.substring(1, bracket);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }
}
