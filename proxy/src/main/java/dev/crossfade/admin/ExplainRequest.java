package dev.crossfade.admin;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to be explained. All text is of characters up to U+00FF, each of which stands for one
 * byte as it would come from a client; none holds CR, LF or NUL.
 *
 * @param method a token, GET where none was given
 * @param path the request's target: begins with a slash, query included
 * @param host value of Host
 * @param cookie value of Cookie, of any length that a head may have
 * @param client the client's address, trusted proxies looked through
 * @param headers further fields in their order
 */
public record ExplainRequest(
    String method,
    String path,
    @Nullable String host,
    @Nullable String cookie,
    @Nullable InetAddress client,
    List<Header> headers) {

  /** Copies the fields. */
  public ExplainRequest {
    headers = List.copyOf(headers);
  }

  /**
   * A field of the request.
   *
   * @param name a token
   * @param value without blanks around it
   */
  public record Header(String name, String value) {}
}
