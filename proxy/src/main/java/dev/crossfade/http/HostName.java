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
    int colons = 0;
    for (int i = from + 1; i < to; i++) {
      if (b[i] == ']') {
        return colons >= 2 ? i + 1 : -1;
      }
      if (b[i] == ':') {
        colons++;
      } else if (b[i] != '.' && Bytes.hex(b[i]) < 0) {
        return -1;
      }
    }
    return -1;
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
