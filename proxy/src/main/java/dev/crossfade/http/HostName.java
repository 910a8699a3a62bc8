package dev.crossfade.http;

/** The grammar of Host: {@code uri-host [ ":" port ]} (RFC 9110 §7.2, RFC 3986 §3.2.2). */
public final class HostName {
  private HostName() {}

  /** Whether the range is a host with or without a port; no user information, not empty. */
  public static boolean isValid(byte[] b, int from, int to) {
    if (from >= to) {
      return false;
    }
    int at = b[from] == '[' ? literalEnd(b, from, to) : nameEnd(b, from, to);
    return at > from && (at == to || isPort(b, at, to));
  }

  /** Behind the host and before its port. */
  public static int portColon(byte[] b, int from, int to) {
    for (int i = to - 1; i >= from && b[i] != ']'; i--) {
      if (b[i] == ':') {
        return i;
      }
    }
    return to;
  }

  private static int nameEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] != ':') {
      if (b[at] == '%') {
        if (at + 2 >= to || Bytes.hex(b[at + 1]) < 0 || Bytes.hex(b[at + 2]) < 0) {
          return -1;
        }
      } else if (!isNameByte(b[at])) {
        return -1;
      }
      at++;
    }
    return at;
  }

  /** RFC 3986: unreserved and sub-delims. */
  private static boolean isNameByte(byte c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || Bytes.isDigit(c)
        || c > 0 && "-._~!$&'()*+;=".indexOf(c) >= 0;
  }

  private static int literalEnd(byte[] b, int from, int to) {
    int close = from + 1;
    while (close < to && b[close] != ']') {
      close++;
    }
    return close < to && isIpv6(b, from + 1, close) ? close + 1 : -1;
  }

  /** RFC 3986 §3.2.2. Netty's check knows the form with an IPv4 address behind ::ffff: only. */
  private static boolean isIpv6(byte[] b, int from, int to) {
    int at = from;
    boolean gap = to - from >= 2 && b[from] == ':' && b[from + 1] == ':';
    if (gap) {
      at += 2;
    }
    int groups = 0;
    while (at < to) {
      int group = at;
      while (at < to && at - group < 4 && Bytes.hex(b[at]) >= 0) {
        at++;
      }
      if (at == group) {
        return false;
      }
      if (at < to && b[at] == '.') {
        return isIpv4(b, group, to) && fills(groups + 2, gap);
      }
      groups++;
      if (at < to && (b[at++] != ':' || at == to)) {
        return false;
      }
      if (at < to && b[at] == ':') {
        if (gap) {
          return false;
        }
        gap = true;
        at++;
      }
    }
    return fills(groups, gap);
  }

  /** Whether so many groups of 16 bits are an address: a gap stands for one at least. */
  private static boolean fills(int groups, boolean gap) {
    return gap ? groups <= 7 : groups == 8;
  }

  private static boolean isIpv4(byte[] b, int from, int to) {
    int at = from;
    for (int octets = 1; ; octets++) {
      int start = at;
      int octet = 0;
      while (at < to && at - start < 3 && Bytes.isDigit(b[at])) {
        octet = octet * 10 + (b[at++] - '0');
      }
      if (at == start || octet > 255 || at - start > 1 && b[start] == '0') {
        return false;
      }
      if (octets == 4) {
        return at == to;
      }
      if (at == to || b[at++] != '.') {
        return false;
      }
    }
  }

  private static boolean isPort(byte[] b, int colon, int to) {
    if (b[colon] != ':' || to - colon > 6) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < to; i++) {
      if (!Bytes.isDigit(b[i])) {
        return false;
      }
      port = port * 10 + (b[i] - '0');
    }
    return port <= 0xffff;
  }
}
