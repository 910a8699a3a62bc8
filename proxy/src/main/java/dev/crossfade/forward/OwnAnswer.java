package dev.crossfade.forward;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer that the proxy makes itself: an error as HTML or {@code application/problem+json} (RFC
 * 9457), or a page. Not on the steady path, so Strings will do.
 *
 * @param fields further fields, name and value in turn
 * @param content not to be changed: the same one goes out again and again
 * @param endsConnection whether the client's connection ends with it
 */
public record OwnAnswer(
    int status,
    String reason,
    String contentType,
    List<String> fields,
    byte[] content,
    boolean endsConnection) {

  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  private static final String HTML = "text/html; charset=utf-8";

  /** The answer to OPTIONS that must not be passed on (RFC 9110 §7.6.2). */
  public static OwnAnswer options() {
    return new OwnAnswer(
        200, "OK", "text/plain; charset=utf-8", List.of("Allow", METHODS), new byte[0], false);
  }

  /** The answer to a failure for programs. */
  static OwnAnswer problem(ProxyFailure failure, String detail, long retryAfterSeconds) {
    String problem =
        "{\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}\n"
            .formatted(failure.title(), failure.status(), detail);
    return to(failure, "application/problem+json", retryAfterSeconds, utf8(problem));
  }

  /** The answer to a failure for browsers. */
  static OwnAnswer page(ProxyFailure failure, long retryAfterSeconds, byte[] html) {
    return to(failure, HTML, retryAfterSeconds, html).with("X-Content-Type-Options", "nosniff");
  }

  private static OwnAnswer to(
      ProxyFailure failure, String contentType, long retryAfterSeconds, byte[] content) {
    OwnAnswer answer =
        new OwnAnswer(
            failure.status(),
            failure.title(),
            contentType,
            List.of("Cache-Control", "no-store"),
            content,
            failure.endsConnection());
    if (failure.retryAfter()) {
      return answer.with("Retry-After", Long.toString(retryAfterSeconds));
    }
    return failure == ProxyFailure.METHOD ? answer.with("Allow", METHODS) : answer;
  }

  /** A page of the proxy's own. */
  static OwnAnswer page(int status, String reason, List<String> fields, String html) {
    return new OwnAnswer(status, reason, HTML, fields, utf8(html), false);
  }

  /** The same with a further field. */
  OwnAnswer with(String name, String value) {
    List<String> more = new ArrayList<>(fields);
    more.add(name);
    more.add(value);
    return new OwnAnswer(status, reason, contentType, List.copyOf(more), content, endsConnection);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
