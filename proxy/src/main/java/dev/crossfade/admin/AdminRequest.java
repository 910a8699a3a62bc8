package dev.crossfade.admin;

import dev.crossfade.admin.Tokens.Role;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * A whole request.
 *
 * @param method HEAD counts as GET, and its answer's body is not sent
 * @param path as the client wrote it, without the query
 * @param query behind the question mark, empty without one
 * @param body empty without one; not to be changed
 * @param bodyTooLarge whether the body was longer than is read
 * @param role of whoever asks; null if that is nobody who is known
 */
@SuppressWarnings("ArrayRecordComponent")
record AdminRequest(
    String method,
    String path,
    String query,
    HttpHeaders headers,
    byte[] body,
    boolean bodyTooLarge,
    @Nullable Role role) {

  static AdminRequest of(
      HttpMethod method,
      String target,
      HttpHeaders headers,
      byte[] body,
      boolean bodyTooLarge,
      @Nullable Role role) {
    int mark = target.indexOf('?');
    return new AdminRequest(
        method.equals(HttpMethod.HEAD) ? "GET" : method.name(),
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? "" : target.substring(mark + 1),
        headers,
        body,
        bodyTooLarge,
        role);
  }

  boolean reads() {
    return method.equals("GET");
  }
}
