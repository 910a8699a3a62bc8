package dev.crossfade.forward;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that the proxy makes itself: an error as HTML or {@code application/problem+json} (RFC
 * 9457), or a page. Not on the steady path, so Strings will do.
 *
 * @param fields further fields, name and value in turn
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

  /** The answer to OPTIONS that must not be passed on (RFC 9110 §7.6.2). */
  public static OwnAnswer options() {
    return new OwnAnswer(
        200, "OK", "text/plain; charset=utf-8", List.of("Allow", METHODS), new byte[0], false);
  }

  /** The answer to a failure, in the form that the client accepts, with the operator's own page. */
  static OwnAnswer to(ProxyFailure failure, boolean html, ForwardSettings settings) {
    OwnAnswer answer = to(failure, null, html, settings.retryAfter().toSeconds());
    String page = html ? settings.pages().of(failure) : null;
    return page == null
        ? answer
        : new OwnAnswer(
            answer.status,
            answer.reason,
            answer.contentType,
            answer.fields,
            page.getBytes(StandardCharsets.UTF_8),
            answer.endsConnection);
  }

  /** The answer to a failure, in the form that the client accepts. */
  public static OwnAnswer to(
      ProxyFailure failure, @Nullable String detail, boolean html, long retryAfterSeconds) {
    String text = detail == null ? failure.detail() : detail;
    return new OwnAnswer(
        failure.status(),
        failure.title(),
        html ? "text/html; charset=utf-8" : "application/problem+json",
        failure.retryAfter()
            ? List.of("Cache-Control", "no-store", "Retry-After", Long.toString(retryAfterSeconds))
            : failure == ProxyFailure.METHOD
                ? List.of("Cache-Control", "no-store", "Allow", METHODS)
                : List.of("Cache-Control", "no-store"),
        (html ? page(failure, text) : problem(failure, text)).getBytes(StandardCharsets.UTF_8),
        failure.endsConnection());
  }

  /** A page of the proxy's own. */
  public static OwnAnswer page(int status, String reason, List<String> fields, String html) {
    return new OwnAnswer(
        status,
        reason,
        "text/html; charset=utf-8",
        fields,
        html.getBytes(StandardCharsets.UTF_8),
        false);
  }

  private static String problem(ProxyFailure failure, String text) {
    return "{\"title\":\""
        + failure.title()
        + "\",\"status\":"
        + failure.status()
        + ",\"detail\":\""
        + text
        + "\"}\n";
  }

  private static String page(ProxyFailure failure, String text) {
    return Page.of(failure.status() + " " + failure.title(), "<p>" + text + "</p>");
  }
}
