package dev.crossfade.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * A request that is answered with an error. The detail is shown to the caller: words of ours, never
 * those of an exception from within.
 */
final class Problem extends Exception {
  private final int status;
  private final transient Answer answer;

  Problem(int status, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.answer = answer(status, detail);
  }

  private Problem(int status, Answer answer, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.answer = answer;
  }

  /** The same with a header on its answer. */
  Problem with(String name, String value) {
    return new Problem(status, answer.with(name, value), String.valueOf(getMessage()));
  }

  int status() {
    return status;
  }

  Answer answer() {
    return answer;
  }

  /** RFC 9457. */
  private static Answer answer(int status, String detail) {
    byte[] body =
        Json.write(
            json -> {
              json.writeStringProperty("title", HttpResponseStatus.valueOf(status).reasonPhrase());
              json.writeNumberProperty("status", status);
              json.writeStringProperty("detail", detail);
            });
    return new Answer(status, "application/problem+json", body, Map.of());
  }
}
