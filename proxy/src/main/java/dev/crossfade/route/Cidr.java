package dev.crossfade.route;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation (RFC 4632, RFC 4291 section 2.3), such as {@code 10.0.0.0/8} or {@code
 * 2001:db8::/32}; an address alone is a network of one. An IPv4-mapped IPv6 address (RFC 4291
 * section 2.5.5.2) is taken for the IPv4 address in it, in networks and clients alike. Immutable.
 */
public final class Cidr {
  private static final Pattern V4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

  /** Bytes of an IPv4-mapped address before the IPv4 address. */
  private static final int MAPPED = 12;

  private final byte[] network;
  private final int prefixLength;
  private final String text;

  private Cidr(byte[] network, int prefixLength, String text) {
    this.network = network;
    this.prefixLength = prefixLength;
    this.text = text;
  }

  /**
   * Reads a network. Bits behind the prefix are of no account.
   *
   * @throws IllegalArgumentException if the text is none, in a full sentence; names are not looked
   *     up
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    byte[] address = address(literal, text);
    // An IPv4-mapped address comes out with 4 bytes, and its prefix counts from the 96th bit on.
    int skipped = address.length == 4 && literal.indexOf(':') >= 0 ? 8 * MAPPED : 0;
    int bits = 8 * address.length;
    if (slash < 0) {
      return new Cidr(address, bits, text);
    }
    String length = text.substring(slash + 1);
    int prefixLength = LENGTH.matcher(length).matches() ? Integer.parseInt(length) - skipped : -1;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "The network \""
              + text
              + "\" needs a number from "
              + skipped
              + " to "
              + (skipped + bits)
              + " behind the slash.");
    }
    return new Cidr(address, prefixLength, text);
  }

  private static byte[] address(String literal, String text) {
    if (V4.matcher(literal).matches() || V6.matcher(literal).matches()) {
      try {
        return InetAddress.getByName(literal).getAddress();
      } catch (UnknownHostException e) {
        // Told below: it looks like an address and is none.
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is no IP address and no network such as 10.0.0.0/8 or 2001:db8::/32.");
  }

  /**
   * Whether the address is in the network. Allocates nothing.
   *
   * @param address 4 or 16 bytes; one of no bytes (a client on a unix socket) is in no network
   */
  public boolean contains(byte[] address) {
    int from = isMapped(address) ? MAPPED : 0;
    if (address.length - from != network.length) {
      return false;
    }
    int whole = prefixLength >> 3;
    if (!Arrays.equals(address, from, from + whole, network, 0, whole)) {
      return false;
    }
    int rest = prefixLength & 7;
    return rest == 0 || ((address[from + whole] ^ network[whole]) & 0xff) >> (8 - rest) == 0;
  }

  private static boolean isMapped(byte[] address) {
    if (address.length != 16 || address[10] != -1 || address[11] != -1) {
      return false;
    }
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
