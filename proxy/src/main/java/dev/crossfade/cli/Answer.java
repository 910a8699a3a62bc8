package dev.crossfade.cli;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * What the admin API answered.
 *
 * @param type the Content-Type in lower case, empty where there was none
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record Answer(int status, String type, byte[] body) {

  /** The body as text. */
  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The body as it came, known to be JSON.
   *
   * @throws CommandFailure if the answer is not JSON, as when a stranger listens there
   */
  String json() {
    if (!type.contains("json")) {
      throw new CommandFailure(
          ExitCode.OTHER, "The answer is no JSON; is this the admin API of Crossfade?");
    }
    return text().strip();
  }

  /**
   * The body as one JSON object.
   *
   * @throws CommandFailure if it is none
   */
  JsonObject object() {
    return JsonObject.parse(json());
  }

  /**
   * The problem (RFC 9457) of an answer that is not a success. Several lines where there is one for
   * each thing that is wrong with a configuration.
   */
  String problem(String address) {
    if (type.contains("json")) {
      try {
        JsonObject problem = object();
        String detail = problem.text("detail", problem.text("title", ""));
        if (!detail.isEmpty()) {
          return detail.lines().map(Text::visible).collect(Collectors.joining("\n"));
        }
      } catch (CommandFailure e) {
        // Not even a problem: the status has to do.
      }
    }
    return "The admin API at " + address + " answered with status " + status + ".";
  }
}
