package dev.crossfade.config;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses and networks, told by their text alone: no name is ever looked up here. */
final class Addresses {
  /** What fits into the kernel's {@code sun_path} with its closing zero. */
  private static final int LONGEST_UNIX_PATH = 107;

  private static final Pattern TCP = Pattern.compile("(\\[[^]]*]|[^:\\[\\]]+):(\\d{1,5})");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\\.?");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:.]+");

  private Addresses() {}

  /** {@code host:port}, {@code [v6]:port} or {@code unix:/path}. */
  static Form<String> address() {
    return new Form<>(
        "host:port, [v6]:port with a port from 1 to 65535, or unix:/path",
        text -> isUnix(text) || isTcp(text) ? text : null);
  }

  /** {@code host:port} or {@code [v6]:port}. */
  static Form<String> tcpAddress() {
    return new Form<>(
        "host:port or [v6]:port with a port from 1 to 65535", text -> isTcp(text) ? text : null);
  }

  /** An address of digits and port, for what names are looked up with. */
  static Form<String> numericAddress() {
    return new Form<>(
        "an IP address with its port, such as 10.0.0.2:53 or [2001:db8::2]:53",
        text -> isTcp(text) && (text.startsWith("[") || isV4(text)) ? text : null);
  }

  private static boolean isV4(String text) {
    return NetUtil.isValidIpV4Address(text.substring(0, text.indexOf(':')));
  }

  /** A network in CIDR notation, or one address. */
  static Form<String> network() {
    return new Form<>(
        "a network such as 10.0.0.0/8 or 2001:db8::/32", text -> isNetwork(text) ? text : null);
  }

  /** A host as it stands in a Host field, without port. */
  static Form<String> host() {
    return new Form<>("a host without port", text -> isHost(text) ? text : null);
  }

  /** The value of a Host field: RFC 9110, 7.2. */
  static Form<String> hostField() {
    return new Form<>("host or host:port", text -> isHost(text) || isTcp(text) ? text : null);
  }

  private static boolean isUnix(String text) {
    return text.startsWith("unix:/")
        && text.length() > "unix:/".length()
        && !text.endsWith("/")
        && text.indexOf('\0') < 0
        && text.substring("unix:".length()).getBytes(StandardCharsets.UTF_8).length
            <= LONGEST_UNIX_PATH;
  }

  private static boolean isTcp(String text) {
    Matcher parts = TCP.matcher(text);
    if (!parts.matches() || !isHost(parts.group(1))) {
      return false;
    }
    int port = Integer.parseInt(parts.group(2));
    return port >= 1 && port <= 65_535;
  }

  private static boolean isHost(String text) {
    if (text.startsWith("[")) {
      return text.endsWith("]") && isV6(text.substring(1, text.length() - 1));
    }
    // 256.1.1.1 would pass for a name.
    return DIGITS_AND_DOTS.matcher(text).matches()
        ? NetUtil.isValidIpV4Address(text)
        : NAME.matcher(text).matches();
  }

  private static boolean isNetwork(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    int bits = NetUtil.isValidIpV4Address(address) ? 32 : isV6(address) ? 128 : -1;
    return bits > 0 && (slash < 0 || isPrefix(text.substring(slash + 1), bits));
  }

  private static boolean isPrefix(String text, int bits) {
    return text.matches("\\d{1,3}") && Integer.parseInt(text) <= bits;
  }

  private static boolean isV6(String text) {
    return V6.matcher(text).matches() && NetUtil.isValidIpV6Address(text);
  }
}
