package dev.crossfade.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.RequestHead;
import dev.crossfade.route.Cidr;
import io.netty.util.NetUtil;
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
   * proxy's; the peer's where there is none or it can't be read. The only strings that are made are
   * of the hops looked at, mostly one.
   */
  byte[] clientAddress(RequestHead head, ClientFacts peer) {
    byte[] found = peer.address();
    if (!peer.trusted()) {
      return found;
    }
    FieldTable fields = head.fields();
    for (int field = fields.count() - 1; field >= 0; field--) {
      if (fields.name(field) != FieldName.X_FORWARDED_FOR) {
        continue;
      }
      int from = fields.valueStart(field);
      int to = fields.valueEnd(field);
      while (to > from) {
        int start = lastHop(head.bytes(), from, to);
        String hop = new String(head.bytes(), start, to - start, ISO_8859_1).strip();
        to = start - 1;
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
    }
    return found;
  }

  /** Where the last element of a list begins: behind its last comma. */
  private static int lastHop(byte[] b, int from, int to) {
    int start = to;
    while (start > from && b[start - 1] != ',') {
      start--;
    }
    return start;
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
