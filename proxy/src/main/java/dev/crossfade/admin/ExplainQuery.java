package dev.crossfade.admin;

import dev.crossfade.admin.ExplainRequest.Header;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The request that the query of {@code /explain} describes. */
final class ExplainQuery {
  private static final Set<String> PARAMETERS =
      Set.of("method", "path", "host", "cookie", "client", "header");

  /** RFC 9110 §5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private ExplainQuery() {}

  static ExplainRequest parse(Query query) throws Problem {
    query.refuseOthersThan(PARAMETERS);
    return new ExplainRequest(
        method(query),
        path(query),
        value("host", query.one("host")),
        value("cookie", query.one("cookie")),
        client(query),
        headers(query));
  }

  private static String method(Query query) throws Problem {
    String method = query.one("method");
    if (method == null) {
      return "GET";
    }
    if (!TOKEN.matcher(method).matches()) {
      throw new Problem(422, "method is not the name of a method.");
    }
    return method;
  }

  private static String path(Query query) throws Problem {
    String path = query.one("path");
    if (path == null) {
      return "/";
    }
    if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      throw new Problem(
          422, "path must begin with a slash, and hold neither blanks nor control characters.");
    }
    return path;
  }

  private static @Nullable String value(String name, @Nullable String value) throws Problem {
    if (value == null) {
      return null;
    }
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
      throw new Problem(422, name + " must not hold control characters.");
    }
    return value.isBlank() ? null : value.strip();
  }

  private static @Nullable InetAddress client(Query query) throws Problem {
    String client = query.one("client");
    if (client == null || client.isEmpty()) {
      return null;
    }
    byte[] address = NetUtil.createByteArrayFromIpAddressString(client);
    try {
      if (address != null) {
        return InetAddress.getByAddress(address);
      }
    } catch (UnknownHostException e) {
      // Said below.
    }
    throw new Problem(422, "client must be an IP address.");
  }

  private static List<Header> headers(Query query) throws Problem {
    List<Header> headers = new ArrayList<>();
    for (String header : query.all("header")) {
      int colon = header.indexOf(':');
      if (colon < 0 || !TOKEN.matcher(header.substring(0, colon)).matches()) {
        throw new Problem(422, "header must be Name:value.");
      }
      String value = value("header", header.substring(colon + 1));
      headers.add(new Header(header.substring(0, colon), value == null ? "" : value));
    }
    return headers;
  }
}
